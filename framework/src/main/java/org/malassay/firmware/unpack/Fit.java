package org.malassay.firmware.unpack;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.malassay.firmware.unpack.DeviceTree.Node;

/**
 * Device trees, and U-Boot's FIT images, which are device trees with images in them, in or behind
 * the tree ({@code doc/usage/fit/source_file_format.rst} of U-Boot). Hashes are compared.
 */
final class Fit implements Format {
  /** Of an image; each is computed over all of it. */
  private static final int MOST_HASHES = 8;

  /** Names of hashes in FIT, and in Java. */
  private static final Map<String, String> DIGESTS =
      Map.of(
          "sha1", "SHA-1", "sha256", "SHA-256", "sha384", "SHA-384", "sha512", "SHA-512", "md5",
          "MD5");

  @Override
  public String name() {
    return "devicetree";
  }

  @Override
  public List<Magic> magics() {
    return List.of(Magic.of(0, 0xd0, 0x0d, 0xfe, 0xed));
  }

  @Override
  public boolean fits(Source in) throws DamagedException {
    return DeviceTree.fits(in);
  }

  @Override
  public void read(Source in, Output out) throws DamagedException {
    out.size(in.be().u32(4));
    DeviceTree tree = DeviceTree.read(in, out.budget());
    Optional<Node> images = tree.root().node("images");
    if (images.isEmpty()) {
      String model = tree.root().text("model");
      out.detail(model.isEmpty() ? "a device tree" : "device tree of \"%s\"".formatted(model));
      Source blob = in.most(0, tree.size());
      if (blob.size() > out.bounds().fileArray()) {
        throw new DamagedException(
            "a device tree of %d bytes is longer than %d"
                .formatted(blob.size(), out.bounds().fileBytes()));
      }
      out.whole("/(device tree at 0x%x)".formatted(out.at()), blob.bytes(0, blob.size()));
      return;
    }
    List<String> names = new ArrayList<>();
    long end = tree.size();
    for (Node image : images.get().nodes()) {
      names.add(Names.text(image.name().getBytes(java.nio.charset.StandardCharsets.ISO_8859_1)));
      Optional<Source> data = data(in, tree.size(), image);
      if (data.isPresent()) {
        end = Math.max(end, externalEnd(tree.size(), image));
        out.size(end);
        check(image, data.get(), out);
        out.inside(data.get(), image.name());
      } else {
        out.cut("the data of image %s are not there".formatted(names.get(names.size() - 1)));
      }
    }
    out.detail("FIT with %s".formatted(names.isEmpty() ? "no image" : String.join(", ", names)));
  }

  /** In a property, or behind the tree: from its end or from the beginning of all. */
  private static Optional<Source> data(Source in, long treeSize, Node image)
      throws DamagedException {
    Optional<Source> within = image.bytes("data");
    if (within.isPresent()) {
      return within;
    }
    Optional<Long> size = image.number("data-size");
    long at = externalAt(treeSize, image);
    return size.isPresent() && at >= 0 && in.has(at, size.get())
        ? Optional.of(in.slice(at, size.get()))
        : Optional.empty();
  }

  private static long externalAt(long treeSize, Node image) throws DamagedException {
    Optional<Long> position = image.number("data-position");
    Optional<Long> offset = image.number("data-offset");
    return position.isPresent()
        ? position.get()
        : offset.isPresent() ? (treeSize + 3) / 4 * 4 + offset.get() : -1;
  }

  private static long externalEnd(long treeSize, Node image) throws DamagedException {
    Optional<Long> size = image.number("data-size");
    return image.bytes("data").isPresent() || size.isEmpty()
        ? 0
        : externalAt(treeSize, image) + size.get();
  }

  private static void check(Node image, Source data, Output out) throws DamagedException {
    int hashes = 0;
    for (Node hash : image.nodes()) {
      out.budget().time();
      Optional<Source> value = hash.bytes("value");
      if (!hash.name().startsWith("hash") || value.isEmpty() || value.get().size() > 64) {
        continue;
      }
      if (++hashes > MOST_HASHES) {
        out.cut(
            "image %s has more than %d hashes, of which these are compared"
                .formatted(Names.path(image.name()), MOST_HASHES));
        return;
      }
      byte[] said = value.get().bytes(0, value.get().size());
      String algorithm = hash.text("algo").toLowerCase(Locale.ROOT);
      Optional<byte[]> computed = digest(algorithm, data, out.budget());
      if (computed.isPresent() && !Arrays.equals(computed.get(), said)) {
        out.cut("the %s of image %s is another".formatted(algorithm, Names.path(image.name())));
      }
    }
  }

  private static Optional<byte[]> digest(String algorithm, Source data, Budget budget)
      throws DamagedException {
    if (algorithm.equals("crc32")) {
      long crc = UImage.crc(data);
      return Optional.of(
          new byte[] {(byte) (crc >> 24), (byte) (crc >> 16), (byte) (crc >> 8), (byte) crc});
    }
    String name = DIGESTS.get(algorithm);
    if (name == null) {
      return Optional.empty();
    }
    try {
      MessageDigest digest = MessageDigest.getInstance(name);
      byte[] some = new byte[1 << 16];
      for (long at = 0; at < data.size(); at += some.length) {
        budget.time();
        int n = (int) Math.min(some.length, data.size() - at);
        data.copy(at, some, 0, n);
        digest.update(some, 0, n);
      }
      return Optional.of(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has them
    }
  }
}
