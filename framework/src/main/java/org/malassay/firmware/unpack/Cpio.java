package org.malassay.firmware.unpack;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.malassay.firmware.unpack.Output.Meta;

/**
 * cpio: of SVR4 with and without checksums, as an initramfs is, and the portable one of octal
 * digits ({@code Documentation/driver-api/early-userspace/buffer-format.rst} of Linux, cpio(5)).
 */
final class Cpio implements Format {
  private static final int MOST_NAME = 4096;
  private static final String END = "TRAILER!!!";

  @Override
  public String name() {
    return "cpio";
  }

  @Override
  public List<Magic> magics() {
    return List.of(Magic.of(0, "070701"), Magic.of(0, "070702"), Magic.of(0, "070707"));
  }

  /** One header. */
  @SuppressWarnings("ArrayRecordComponent") // read once
  private record Header(
      long inode, Meta meta, long links, long size, byte[] name, long contentAt, long end) {
    boolean isEnd() {
      return new String(name, US_ASCII).equals(END);
    }
  }

  private static Header header(Source in, long at) throws DamagedException {
    boolean portable = in.startsWith(at, "070707");
    if (!portable && !in.startsWith(at, "070701") && !in.startsWith(at, "070702")) {
      throw new DamagedException("no header at 0x%x".formatted(at));
    }
    return portable ? portable(in, at) : svr4(in, at);
  }

  private static Header svr4(Source in, long at) throws DamagedException {
    long[] f = new long[13];
    for (int i = 0; i < f.length; i++) {
      f[i] = number(in, at + 6 + 8L * i, 8, 16);
    }
    long contentAt = (at + 110 + f[11] + 3) / 4 * 4; // the image's own beginning is aligned
    return header(
        in,
        f[0],
        new Meta(f[1], f[2]),
        f[4],
        f[6],
        at + 110,
        f[11],
        contentAt,
        (contentAt + f[6] + 3) / 4 * 4);
  }

  private static Header portable(Source in, long at) throws DamagedException {
    long nameSize = number(in, at + 59, 6, 8);
    long size = number(in, at + 65, 11, 8);
    long contentAt = at + 76 + nameSize;
    return header(
        in,
        number(in, at + 12, 6, 8),
        new Meta(number(in, at + 18, 6, 8), number(in, at + 24, 6, 8)),
        number(in, at + 36, 6, 8),
        size,
        at + 76,
        nameSize,
        contentAt,
        contentAt + size);
  }

  private static Header header(
      Source in,
      long inode,
      Meta meta,
      long links,
      long size,
      long nameAt,
      long nameSize,
      long contentAt,
      long end)
      throws DamagedException {
    if (nameSize < 1 || nameSize > MOST_NAME) {
      throw new DamagedException("a name of %d bytes".formatted(nameSize));
    }
    byte[] name = in.bytes(nameAt, nameSize - 1);
    if (in.u8(nameAt + nameSize - 1) != 0) {
      throw new DamagedException("a name without an end at 0x%x".formatted(nameAt));
    }
    return new Header(inode, meta, links, size, Names.untilZero(name), contentAt, end);
  }

  private static long number(Source in, long at, int digits, int radix) throws DamagedException {
    long value = 0;
    for (int i = 0; i < digits; i++) {
      int digit = Character.digit(in.u8(at + i), radix);
      if (digit < 0) {
        throw new DamagedException("no number at 0x%x".formatted(at));
      }
      value = value * radix + digit;
    }
    return value;
  }

  @Override
  public boolean fits(Source in) throws DamagedException {
    return header(in, 0).name().length > 0;
  }

  @Override
  public void read(Source in, Output out) throws DamagedException {
    boolean portable = in.startsWith(0, "070707");
    out.detail(
        portable
            ? "of octal digits"
            : in.startsWith(0, "070702") ? "newc, with checksums" : "newc");
    // The content of hard links stands at the last of them alone.
    Map<Long, List<Header>> withoutContent = new HashMap<>();
    long at = 0;
    while (true) {
      Header header = header(in, at);
      if (header.isEnd()) {
        out.size(Math.min(in.size(), header.end()));
        break;
      }
      if (!in.has(header.contentAt(), header.size())) {
        out.size(header.end());
        throw new DamagedException(
            "ends within the content of %s".formatted(Names.path(header.name())));
      }
      boolean file = (header.meta().mode() & 0170000) == 0100000;
      if (file && header.links() > 1 && header.size() == 0) {
        withoutContent.computeIfAbsent(header.inode(), it -> new ArrayList<>()).add(header);
        out.budget().kept();
        out.budget().time();
      } else {
        entry(in, header, header, out);
        List<Header> others =
            file && header.links() > 1 ? withoutContent.remove(header.inode()) : null;
        for (Header other : others == null ? List.<Header>of() : others) {
          entry(in, other, header, out);
        }
      }
      at = header.end();
      out.size(at);
    }
    for (List<Header> empty : withoutContent.values()) {
      for (Header header : empty) {
        entry(in, header, header, out);
      }
    }
  }

  private static void entry(Source in, Header header, Header content, Output out)
      throws DamagedException {
    String path = Names.path(header.name());
    switch ((int) (header.meta().mode() & 0170000)) {
      case 0040000 -> out.folder(path, header.meta());
      case 0120000 ->
          out.link(
              path,
              header.meta(),
              in.bytes(content.contentAt(), Math.min(content.size(), MOST_NAME)));
      case 0100000 ->
          out.file(
              path,
              header.meta(),
              content.size(),
              () -> in.bytes(content.contentAt(), content.size()));
      default -> out.special(path, header.meta());
    }
  }
}
