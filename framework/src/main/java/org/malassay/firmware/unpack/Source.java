package org.malassay.firmware.unpack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.InputStream;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Bytes that can be read at any place: an image, a stretch of it, what was decompressed. */
abstract class Source {
  private final long size;

  Source(long size) {
    this.size = size;
  }

  final long size() {
    return size;
  }

  /** The byte at a place that is there. */
  abstract byte get(long at);

  /** Bytes that are all there. */
  abstract void copy(long at, byte[] into, int offset, int length);

  static Source of(byte[] bytes) {
    return new Memory(bytes, 0, bytes.length);
  }

  static Source of(byte[] bytes, int from, int length) {
    return new Memory(bytes, from, length);
  }

  final boolean has(long at, long length) {
    return at >= 0 && length >= 0 && length <= size && at <= size - length;
  }

  private void need(long at, long length) throws DamagedException {
    if (!has(at, length)) {
      throw new DamagedException.Early(
          "ends at 0x%x, before the %d bytes at 0x%x".formatted(size, length, at));
    }
  }

  final int u8(long at) throws DamagedException {
    need(at, 1);
    return get(at) & 0xff;
  }

  /** A copy of them; more than an array can hold are never there. */
  final byte[] bytes(long at, long length) throws DamagedException {
    need(at, length);
    if (length > Integer.MAX_VALUE - 16) {
      throw new DamagedException("%d bytes at 0x%x are too many".formatted(length, at));
    }
    byte[] bytes = new byte[(int) length];
    copy(at, bytes, 0, bytes.length);
    return bytes;
  }

  /** A stretch that is all there. */
  final Source slice(long at, long length) throws DamagedException {
    need(at, length);
    return at == 0 && length == size ? this : stretch(at, length);
  }

  /** From a place to the end. */
  final Source from(long at) throws DamagedException {
    return slice(at, size - at);
  }

  /** As many as are there of the bytes of a stretch that begins within. */
  final Source most(long at, long length) throws DamagedException {
    need(at, 0);
    return slice(at, Math.max(0, Math.min(length, size - at)));
  }

  Source stretch(long at, long length) {
    return new Stretch(this, at, length);
  }

  final boolean startsWith(long at, byte... bytes) {
    if (!has(at, bytes.length)) {
      return false;
    }
    for (int i = 0; i < bytes.length; i++) {
      if (get(at + i) != bytes[i]) {
        return false;
      }
    }
    return true;
  }

  final boolean startsWith(long at, String latin) {
    return startsWith(at, latin.getBytes(ISO_8859_1));
  }

  final Fields le() {
    return new Fields(this, ByteOrder.LITTLE_ENDIAN);
  }

  final Fields be() {
    return new Fields(this, ByteOrder.BIG_ENDIAN);
  }

  final Fields in(ByteOrder order) {
    return new Fields(this, order);
  }

  /** Where they are read one after the other. */
  final Stream stream() {
    return new Stream(this);
  }

  /** Reads a source from its beginning, and knows how far it is. */
  static final class Stream extends InputStream {
    private final Source source;
    private long at;

    Source source() {
      return source;
    }

    private Stream(Source source) {
      this.source = source;
    }

    long at() {
      return at;
    }

    @Override
    public int read() {
      return at < source.size ? source.get(at++) & 0xff : -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      if (length == 0) {
        return 0;
      }
      int n = (int) Math.min(length, source.size - at);
      if (n <= 0) {
        return -1;
      }
      source.copy(at, into, offset, n);
      at += n;
      return n;
    }

    @Override
    public long skip(long n) {
      long skipped = Math.max(0, Math.min(n, source.size - at));
      at += skipped;
      return skipped;
    }

    @Override
    public int available() {
      return (int) Math.min(Integer.MAX_VALUE, source.size - at);
    }
  }

  private static final class Memory extends Source {
    private final byte[] bytes;
    private final int from;

    Memory(byte[] bytes, int from, int length) {
      super(length);
      this.bytes = bytes;
      this.from = from;
    }

    @Override
    byte get(long at) {
      return bytes[from + (int) at];
    }

    @Override
    void copy(long at, byte[] into, int offset, int length) {
      System.arraycopy(bytes, from + (int) at, into, offset, length);
    }

    @Override
    Source stretch(long at, long length) {
      return new Memory(bytes, from + (int) at, (int) length);
    }
  }

  private static final class Stretch extends Source {
    private final Source of;
    private final long from;

    Stretch(Source of, long from, long length) {
      super(length);
      this.of = of;
      this.from = from;
    }

    @Override
    byte get(long at) {
      return of.get(from + at);
    }

    @Override
    void copy(long at, byte[] into, int offset, int length) {
      of.copy(from + at, into, offset, length);
    }

    @Override
    Source stretch(long at, long length) {
      return new Stretch(of, from + at, length);
    }
  }

  /**
   * Blocks of one size in an order of their own, as flash and sparse images have them.
   *
   * @param blocks where each begins in {@code of}; below 0 for one that is filled with one byte,
   *     whose value is {@code -1 - place}
   */
  static Source ofBlocks(Source of, long[] blocks, int blockSize) {
    return new Blocks(of, blocks.clone(), blockSize);
  }

  private static final class Blocks extends Source {
    private final Source of;
    private final long[] blocks;
    private final int blockSize;

    Blocks(Source of, long[] blocks, int blockSize) {
      super((long) blocks.length * blockSize);
      this.of = of;
      this.blocks = blocks;
      this.blockSize = blockSize;
    }

    @Override
    byte get(long at) {
      long block = blocks[(int) (at / blockSize)];
      return block < 0 ? (byte) (-1 - block) : of.get(block + at % blockSize);
    }

    @Override
    void copy(long at, byte[] into, int offset, int length) {
      long from = at;
      int to = offset;
      int left = length;
      while (left > 0) {
        long block = blocks[(int) (from / blockSize)];
        int n = (int) Math.min(left, blockSize - from % blockSize);
        if (block < 0) {
          Arrays.fill(into, to, to + n, (byte) (-1 - block));
        } else {
          of.copy(block + from % blockSize, into, to, n);
        }
        from += n;
        to += n;
        left -= n;
      }
    }
  }
}
