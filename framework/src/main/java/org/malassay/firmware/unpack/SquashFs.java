package org.malassay.firmware.unpack;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.malassay.firmware.unpack.DamagedException.Unsupported;

/**
 * squashfs 4.0 and 3.x, of both byte orders ({@code Documentation/filesystems/squashfs.rst} and
 * {@code fs/squashfs/squashfs_fs.h} of Linux; {@code squashfs_compat.h} of squashfs-tools), also
 * with the other magic numbers and the compressions that vendors gave it, as far as they differ in
 * these.
 */
final class SquashFs implements Format {
  private static final int HEADER_3 = 119;
  private static final int HEADER_4 = 96;
  private static final int LEAST_BLOCK = 4096;
  private static final int MOST_BLOCK = 1 << 20;
  private static final String OTHER_READER =
      "sasquatch knows more of the vendors' variants than is known here";

  /** By the number in the header of 4.0. */
  private static final List<Codec> CODECS =
      List.of(Codec.NONE, Codec.ZLIB, Codec.LZMA, Codec.LZO, Codec.XZ, Codec.LZ4, Codec.ZSTD);

  /** What vendors have without saying so. */
  private static final List<Codec> OTHERS =
      List.of(
          Codec.ZLIB, Codec.LZMA, Codec.XZ, Codec.LZMA_OF_PROPERTIES, Codec.LZMA_RAW, Codec.LZO);

  @Override
  public String name() {
    return "squashfs";
  }

  @Override
  public List<Magic> magics() {
    return List.of(
        Magic.of(0, "hsqs"),
        Magic.of(0, "sqsh"),
        Magic.of(0, "shsq"),
        Magic.of(0, "qshs"),
        Magic.of(0, "hsqt"),
        Magic.of(0, "tqsh"));
  }

  private static ByteOrder order(Source in) throws DamagedException {
    return in.le().u16(28) <= 4 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
  }

  @Override
  public boolean fits(Source in) throws DamagedException {
    Fields header = in.in(order(in));
    int major = header.u16(28);
    if (major == 4) {
      long block = header.u32(12);
      return in.has(0, HEADER_4)
          && block == 1L << header.u16(22)
          && block >= LEAST_BLOCK
          && block <= MOST_BLOCK
          && header.u64(40) >= HEADER_4;
    }
    // Older ones than 3 are recognised alone.
    return major == 3
        ? in.has(0, HEADER_3)
            && header.u32(51) == 1L << header.u16(34)
            && header.u32(51) >= LEAST_BLOCK
            && header.u32(51) <= MOST_BLOCK
            && header.u64(63) >= HEADER_3
        : (major == 1 || major == 2) && header.u32(8) >= 64 && header.u16(34) <= 16;
  }

  @Override
  public void read(Source in, Output out) throws DamagedException {
    Fields header = in.in(order(in));
    int major = header.u16(28);
    String version =
        "version %d.%d, %s endian"
            .formatted(major, header.u16(30), header.isBig() ? "big" : "little");
    out.detail(version);
    if (major < 3) {
      out.size(header.u32(8));
      throw new Unsupported("versions 1 and 2 are not read here; " + OTHER_READER);
    }
    new SquashFsReader(in, header, out, version).read();
  }

  /**
   * The compression of metadata and data, found at the first block that is compressed. For any
   * thread.
   */
  static final class Compressed {
    private final List<Codec> tried = new ArrayList<>();
    private volatile Optional<Codec> found = Optional.empty();

    Compressed(int major, int number) {
      if (major == 4 && number >= 1 && number < CODECS.size()) {
        tried.add(CODECS.get(number));
      }
      OTHERS.stream().filter(it -> !tried.contains(it)).forEach(tried::add);
    }

    /** Its name; empty as long as nothing was compressed. */
    String name() {
      return found.map(it -> it.name().toLowerCase(Locale.ROOT)).orElse("");
    }

    byte[] decompress(byte[] block, int most) throws DamagedException {
      Optional<Codec> known = found;
      if (known.isPresent()) {
        return known.get().decompress(block, most);
      }
      List<String> why = new ArrayList<>();
      for (Codec codec : tried) {
        try {
          byte[] bytes = codec.decompress(block, most);
          found = Optional.of(codec);
          return bytes;
        } catch (DamagedException e) {
          why.add(String.valueOf(e.getMessage()));
        }
      }
      throw new Unsupported(
          "its compression is none that is known here (%s); %s"
              .formatted(why.get(0), OTHER_READER));
    }
  }
}
