package org.malassay.firmware.unpack;

import java.nio.ByteOrder;

/** The numbers of a source, in one byte order. */
record Fields(Source source, ByteOrder order) {
  boolean isBig() {
    return order == ByteOrder.BIG_ENDIAN;
  }

  int u8(long at) throws DamagedException {
    return source.u8(at);
  }

  int u16(long at) throws DamagedException {
    return (int) number(at, 2);
  }

  int s16(long at) throws DamagedException {
    return (short) number(at, 2);
  }

  long u32(long at) throws DamagedException {
    return number(at, 4);
  }

  /** One that is no larger than an array can be. */
  int int32(long at) throws DamagedException {
    long value = number(at, 4);
    if (value > Integer.MAX_VALUE - 16) {
      throw new DamagedException("%d at 0x%x is too large".formatted(value, at));
    }
    return (int) value;
  }

  /** The bits of 64; below 0 from 2^63 on. */
  long u64(long at) throws DamagedException {
    return number(at, 8);
  }

  /** A place or a size of 64 bits, which is never 2^63 or more. */
  long long64(long at) throws DamagedException {
    long value = number(at, 8);
    if (value < 0) {
      throw new DamagedException(
          "%s at 0x%x is too large".formatted(Long.toUnsignedString(value), at));
    }
    return value;
  }

  private long number(long at, int length) throws DamagedException {
    if (!source.has(at, length)) {
      throw new DamagedException.Early(
          "ends at 0x%x, before the number at 0x%x".formatted(source.size(), at));
    }
    long value = 0;
    for (int i = 0; i < length; i++) {
      value = (value << 8) | (source.get(isBig() ? at + i : at + length - 1 - i) & 0xff);
    }
    return value;
  }

  /**
   * A bit field as C compilers pack it: from the lowest bit of the first byte on when the order is
   * little, from the highest when it is big.
   */
  long bits(long at, int bit, int length) throws DamagedException {
    long value = 0;
    for (int i = 0; i < length; i++) {
      int place = bit + i;
      int octet = source.u8(at + place / 8);
      if (isBig()) {
        value = (value << 1) | ((octet >> (7 - place % 8)) & 1);
      } else {
        value |= (long) (octet >> place % 8 & 1) << i;
      }
    }
    return value;
  }
}
