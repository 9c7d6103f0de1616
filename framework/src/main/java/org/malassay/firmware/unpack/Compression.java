package org.malassay.firmware.unpack;

import java.io.IOException;
import java.io.InputStream;
import org.malassay.firmware.unpack.DamagedException.Chance;

/** Formats of one compressed stretch, which holds one content. */
abstract class Compression implements Format {
  /** For the dictionaries of decompressors, in KiB. */
  static final int MEMORY_KIB = 100 << 10;

  /** What chance can decompress to before the damage shows. */
  private static final int CHANCE = 512;

  /** Opens the decompressor at the beginning of a stream. */
  abstract InputStream open(Source.Stream in) throws IOException;

  /** Whether the header is so long that chance does not make it: then damage is told as such. */
  boolean isCertain() {
    return false;
  }

  /** The name of the content, if the header tells one; else empty. */
  String nameOf(Source in) throws DamagedException {
    return "";
  }

  /** How many bytes the stream took of what it has read. */
  long taken(Source.Stream in, InputStream decompressor) {
    return in.at();
  }

  @Override
  public final void read(Source in, Output out) throws DamagedException {
    Source.Stream stream = in.stream();
    long[] taken = {0};
    Drained drained =
        Drained.of(
            () -> new Counted(stream, open(stream), taken),
            out.budget(),
            out.budget().containerBytes());
    long end = Math.max(1, Math.min(taken[0], in.size()));
    boolean toTheEnd = drained.early() || stream.at() >= in.size();
    if (!drained.isWhole() && drained.bytes().length < (toTheEnd ? 1 : CHANCE)) {
      if (!isCertain()) {
        throw new Chance("%s: %s".formatted(name(), drained.why()));
      }
      if (!toTheEnd) {
        throw new DamagedException(drained.why());
      }
      out.cut(drained.why());
      return;
    }
    out.size(end);
    out.detail("%d bytes decompressed".formatted(drained.bytes().length));
    if (!drained.isWhole()) {
      out.cut(drained.why());
    }
    out.budget().hold(drained.bytes().length);
    try {
      out.content(drained.bytes(), nameOf(in));
    } finally {
      out.budget().hold(-drained.bytes().length);
    }
  }

  /** Tells how many bytes were taken, even when what it reads breaks off. */
  private final class Counted extends InputStream {
    private final Source.Stream from;
    private final InputStream in;
    private final long[] taken;

    Counted(Source.Stream from, InputStream in, long[] taken) {
      this.from = from;
      this.in = in;
      this.taken = taken;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      try {
        return in.read(into, offset, length);
      } finally {
        taken[0] = taken(from, in);
      }
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
