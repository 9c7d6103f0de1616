package org.malassay.firmware.unpack;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.zip.CRC32;
import org.malassay.sample.SafeText;

/** The legacy image of U-Boot ({@code include/image.h}): a header of 64 bytes and its payload. */
final class UImage implements Format {
  private static final int HEADER = 64;
  private static final int CHECKSUM_AT = 4;
  private static final int MULTI = 4;
  private static final int SCRIPT = 6;
  private static final int MOST_FILES = 64;

  private static final List<String> COMPRESSIONS =
      List.of("no compression", "gzip", "bzip2", "lzma", "lzo", "lz4", "zstd");

  @Override
  public String name() {
    return "uimage";
  }

  @Override
  public List<Magic> magics() {
    return List.of(Magic.of(0, 0x27, 0x05, 0x19, 0x56));
  }

  /** The checksum of the header is right, or it is plausible in each of its fields. */
  @Override
  public boolean fits(Source in) throws DamagedException {
    byte[] header = in.bytes(0, HEADER);
    long said = in.be().u32(CHECKSUM_AT);
    for (int i = 0; i < 4; i++) {
      header[CHECKSUM_AT + i] = 0;
    }
    return crc(Source.of(header)) == said || isPlausible(in);
  }

  private static boolean isPlausible(Source in) throws DamagedException {
    return in.be().u32(12) > 0
        && in.has(HEADER, in.be().u32(12))
        && in.u8(28) <= 28
        && in.u8(29) <= 27
        && in.u8(30) <= 42
        && in.u8(31) < COMPRESSIONS.size();
  }

  static long crc(Source in) {
    CRC32 crc = new CRC32();
    byte[] some = new byte[1 << 16];
    for (long at = 0; at < in.size(); at += some.length) {
      int n = (int) Math.min(some.length, in.size() - at);
      in.copy(at, some, 0, n);
      crc.update(some, 0, n);
    }
    return crc.getValue();
  }

  @Override
  public void read(Source in, Output out) throws DamagedException {
    Fields header = in.be();
    long size = header.u32(12);
    int type = header.u8(30);
    int compression = header.u8(31);
    String name = SafeText.visible(SafeText.decode(Names.untilZero(in.bytes(32, 32)), UTF_8));
    out.size(HEADER + size);
    out.detail(
        "\"%s\", %s"
            .formatted(
                name,
                compression < COMPRESSIONS.size()
                    ? COMPRESSIONS.get(compression)
                    : "compression " + compression));
    Source payload = in.most(HEADER, size);
    if (payload.size() == size && crc(payload) != header.u32(24)) {
      out.cut("the checksum of its content is another");
    }
    if (type == MULTI || type == SCRIPT) {
      files(payload, out);
    } else {
      out.inside(payload, HEADER);
    }
  }

  /** A list of sizes that ends with 0, then the files, each at a multiple of 4. */
  private static void files(Source payload, Output out) throws DamagedException {
    int count = 0;
    while (payload.be().u32(4L * count) != 0) {
      if (++count > MOST_FILES) {
        throw new DamagedException("more than %d files".formatted(MOST_FILES));
      }
    }
    long at = 4L * (count + 1);
    for (int i = 0; i < count; i++) {
      long size = payload.be().u32(4L * i);
      out.inside(payload.most(at, size), HEADER + at);
      at += (size + 3) / 4 * 4;
    }
  }
}
