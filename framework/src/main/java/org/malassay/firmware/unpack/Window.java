package org.malassay.firmware.unpack;

import java.util.Arrays;

/** What a decompression of the family of LZ77 writes: new bytes, and copies of earlier ones. */
final class Window {
  private final byte[] out;
  private final int begin;
  private int n;

  Window(int most) {
    this(most, new byte[0]);
  }

  /**
   * @param before what came before, which may be copied
   */
  Window(int most, byte[] before) {
    this.out = Arrays.copyOf(before, before.length + most);
    this.begin = before.length;
    this.n = begin;
  }

  /** A length that goes on in another byte. */
  static int longer(int length, int more) throws DamagedException {
    if (length > Integer.MAX_VALUE - more) {
      throw new DamagedException("a length of 2^31 and more");
    }
    return length + more;
  }

  private void room(int length) throws DamagedException {
    if (length < 0 || length > out.length - n) {
      throw new DamagedException(
          "a block decompresses to more than %d bytes".formatted(out.length - begin));
    }
  }

  void literals(byte[] in, int from, int length) throws DamagedException {
    room(length);
    if (length > in.length - from) {
      throw new DamagedException("a block ends within its literals");
    }
    System.arraycopy(in, from, out, n, length);
    n += length;
  }

  /** A copy of what was written so many bytes ago, which may reach into itself. */
  void repeat(int distance, int length) throws DamagedException {
    room(length);
    if (distance < 1 || distance > n) {
      throw new DamagedException("a block refers to what is before its beginning");
    }
    if (distance >= length) {
      System.arraycopy(out, n - distance, out, n, length);
    } else {
      for (int i = 0; i < length; i++) {
        out[n + i] = out[n + i - distance];
      }
    }
    n += length;
  }

  byte[] bytes() {
    return begin == 0 && n == out.length ? out : Arrays.copyOfRange(out, begin, n);
  }
}
