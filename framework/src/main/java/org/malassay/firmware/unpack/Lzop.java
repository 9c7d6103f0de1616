package org.malassay.firmware.unpack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** lzop's files, as kernels have them ({@code lib/decompress_unlzo.c} of Linux). */
final class Lzop extends Compression {
  private static final int MAGIC = 9;
  private static final int MOST_BLOCK = 64 << 20;
  private static final int FILTER = 0x800;
  private static final int EXTRA = 0x40;
  private static final int ADLER_PLAIN = 1;
  private static final int ADLER_COMPRESSED = 2;
  private static final int CRC_PLAIN = 0x100;
  private static final int CRC_COMPRESSED = 0x200;

  @Override
  public String name() {
    return "lzop";
  }

  @Override
  public List<Magic> magics() {
    return List.of(Magic.of(0, 0x89, 'L', 'Z', 'O', 0, '\r', '\n', 0x1a, '\n'));
  }

  @Override
  public boolean fits(Source in) throws DamagedException {
    return in.be().u16(MAGIC) >= 0x900 && new Header(in).end < in.size();
  }

  /** What stands before the blocks. */
  private static final class Header {
    private final long flags;
    private final long end;
    private final String name;

    Header(Source in) throws DamagedException {
      Fields f = in.be();
      boolean levels = f.u16(MAGIC) >= 0x940;
      // version, version of the library, version needed, method, level
      long at = (long) MAGIC + (levels ? 8 : 5);
      flags = f.u32(at);
      at += 4 + ((flags & FILTER) != 0 ? 4 : 0) + 4 + 4 + (levels ? 4 : 0);
      int length = f.u8(at);
      name = new String(in.bytes(at + 1, length), ISO_8859_1);
      at += 1 + length + 4;
      if ((flags & EXTRA) != 0) {
        at += 4 + f.u32(at) + 4;
      }
      end = at;
    }
  }

  @Override
  String nameOf(Source in) throws DamagedException {
    String name = new Header(in).name;
    return name.substring(name.lastIndexOf('/') + 1);
  }

  @Override
  boolean isCertain() {
    return true;
  }

  @Override
  InputStream open(Source.Stream in) throws IOException {
    return new Blocks(in.source());
  }

  @Override
  long taken(Source.Stream in, InputStream blocks) {
    return ((Blocks) blocks).at();
  }

  private static final class Blocks extends BlockStream {
    private final long flags;

    Blocks(Source in) throws DamagedException {
      super(in);
      Header header = new Header(in);
      flags = header.flags;
      to(header.end);
    }

    @Override
    byte[] block() throws DamagedException {
      Fields f = in().be();
      long size = f.u32(at());
      if (size == 0) {
        to(at() + 4);
        return new byte[0];
      }
      long compressed = f.u32(at() + 4);
      if (size > MOST_BLOCK || compressed > size) {
        throw new DamagedException("lzop: a block of %d bytes".formatted(size));
      }
      long data = at() + 8;
      data += (flags & ADLER_PLAIN) != 0 ? 4 : 0;
      data += (flags & CRC_PLAIN) != 0 ? 4 : 0;
      if (compressed < size) {
        data += (flags & ADLER_COMPRESSED) != 0 ? 4 : 0;
        data += (flags & CRC_COMPRESSED) != 0 ? 4 : 0;
      }
      byte[] bytes = in().bytes(data, compressed);
      to(data + compressed);
      return compressed == size ? bytes : Codec.LZO.exactly(bytes, (int) size);
    }
  }
}
