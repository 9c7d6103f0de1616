package org.malassay.firmware.unpack;

/**
 * The decompression of LZO1X, after the description of its stream in Linux ({@code
 * Documentation/staging/lzo.rst}). Java's arrays hold what is hostile.
 */
final class Lzo {
  private final byte[] in;
  private final Window out;
  private int at;

  private Lzo(byte[] in, int most) {
    this.in = in;
    this.out = new Window(most);
  }

  static byte[] decompress(byte[] in, int most) throws DamagedException {
    return new Lzo(in, most).all();
  }

  private int next() throws DamagedException {
    if (at >= in.length) {
      throw new DamagedException("lzo: ends early");
    }
    return in[at++] & 0xff;
  }

  /** A length that does not fit its bits: zeros are 255 each. */
  private int length(int bits, int most) throws DamagedException {
    if (bits != 0) {
      return bits;
    }
    int length = most;
    int b = next();
    while (b == 0) {
      length = Window.longer(length, 255); // ends, since every round takes a byte
      b = next();
    }
    return length + b;
  }

  private void literals(int length) throws DamagedException {
    out.literals(in, at, length);
    at += length;
  }

  private byte[] all() throws DamagedException {
    int state = 0; // literals copied last, 4 for many
    if (in.length > 0 && (in[0] & 0xff) > 17) {
      int length = next() - 17;
      literals(length);
      state = Math.min(4, length);
    }
    while (true) {
      int t = next();
      int length;
      int distance;
      int tail;
      if (t < 16 && state == 0) {
        literals(length(t, 15) + 3);
        state = 4;
        continue;
      } else if (t < 16) {
        length = state == 4 ? 3 : 2;
        distance = (state == 4 ? 0x801 : 1) + (t >> 2) + (next() << 2);
        tail = t & 3;
      } else if (t >= 64) {
        length = (t >> 5) + 1;
        distance = 1 + (t >> 2 & 7) + (next() << 3);
        tail = t & 3;
      } else if (t >= 32) {
        length = length(t & 31, 31) + 2;
        int d = next() | next() << 8;
        distance = 1 + (d >> 2);
        tail = d & 3;
      } else {
        length = length(t & 7, 7) + 2;
        int d = next() | next() << 8;
        distance = ((t & 8) << 11) + (d >> 2);
        tail = d & 3;
        if (distance == 0) {
          return out.bytes();
        }
        distance += 0x4000;
      }
      out.repeat(distance, length);
      literals(tail);
      state = tail;
    }
  }
}
