package org.malassay.firmware.unpack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** RFC 1952; several members, one after the other, are one content. */
final class Gzip extends Compression {
  private static final int TEXT_AND_RESERVED = 0xe0;
  private static final int HEADER_CHECKSUM = 2;
  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;

  @Override
  public String name() {
    return "gzip";
  }

  @Override
  public List<Magic> magics() {
    return List.of(Magic.of(0, 0x1f, 0x8b, 8));
  }

  @Override
  public boolean fits(Source in) throws DamagedException {
    int extraFlags = in.u8(8);
    int system = in.u8(9);
    return in.startsWith(0, (byte) 0x1f, (byte) 0x8b, (byte) 8)
        && (in.u8(3) & TEXT_AND_RESERVED) == 0
        && (extraFlags == 0 || extraFlags == 2 || extraFlags == 4)
        && (system <= 13 || system == 255)
        && bodyAt(in) < in.size();
  }

  /** Where the deflated bytes of the member begin that begins at 0. */
  private static long bodyAt(Source in) throws DamagedException {
    int flags = in.u8(3);
    long at = 10;
    if ((flags & EXTRA) != 0) {
      at += 2 + in.le().u16(at);
    }
    if ((flags & NAME) != 0) {
      at = afterZero(in, at);
    }
    if ((flags & COMMENT) != 0) {
      at = afterZero(in, at);
    }
    return (flags & HEADER_CHECKSUM) != 0 ? at + 2 : at;
  }

  private static long afterZero(Source in, long from) throws DamagedException {
    long at = from;
    while (in.u8(at) != 0) {
      at++;
      if (at - from > 4096) {
        throw new DamagedException("the name in its header has no end");
      }
    }
    return at + 1;
  }

  @Override
  String nameOf(Source in) throws DamagedException {
    int flags = in.u8(3);
    if ((flags & NAME) == 0) {
      return "";
    }
    long at = 10L + ((flags & EXTRA) != 0 ? 2 + in.le().u16(10) : 0);
    String name = new String(in.bytes(at, afterZero(in, at) - 1 - at), ISO_8859_1);
    return name.substring(name.lastIndexOf('/') + 1);
  }

  @Override
  InputStream open(Source.Stream in) {
    return new Members(in.source());
  }

  @Override
  long taken(Source.Stream in, InputStream members) {
    return ((Members) members).taken;
  }

  /** Inflates exactly what belongs to it, which Java's own does not. */
  private static final class Members extends InputStream {
    private final Source in;
    private final byte[] some = new byte[1 << 13];
    private final CRC32 crc = new CRC32();
    private Inflater inflater = new Inflater(true);
    private long at;
    private long taken;
    private boolean ended;

    Members(Source in) {
      this.in = in;
      this.at = -1;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (at < 0) {
        at = bodyAt(in);
      }
      while (!ended) {
        try {
          int n = inflater.inflate(into, offset, length);
          taken = at - inflater.getRemaining();
          if (n > 0) {
            crc.update(into, offset, n);
            return n;
          }
        } catch (DataFormatException e) {
          throw new IOException("deflate: " + e.getMessage(), e);
        }
        if (inflater.finished()) {
          endOfMember();
        } else if (inflater.needsDictionary()) {
          throw new IOException("deflate: asks for a dictionary");
        } else if (inflater.needsInput()) {
          int more = (int) Math.min(some.length, in.size() - at);
          if (more <= 0) {
            throw new EOFException("ends early");
          }
          in.copy(at, some, 0, more);
          at += more;
          inflater.setInput(some, 0, more);
        }
      }
      return -1;
    }

    private void endOfMember() throws IOException {
      long end = at - inflater.getRemaining();
      if (in.le().u32(end) != crc.getValue()) {
        throw new IOException("its checksum is another");
      }
      taken = Math.min(in.size(), end + 8);
      if (in.has(taken, 18) && new Gzip().fits(in.from(taken))) {
        Source next = in.from(taken);
        inflater.reset();
        crc.reset();
        at = taken + bodyAt(next);
      } else {
        ended = true;
      }
    }

    @Override
    public void close() {
      inflater.end();
    }
  }
}
