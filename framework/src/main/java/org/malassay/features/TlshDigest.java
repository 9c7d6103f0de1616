package org.malassay.features;

import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A hash of {@link Tlsh} as numbers, of which two can be compared fast: the 128 numbers of two
 * bits, one a bucket, are kept as their higher and their lower bits.
 *
 * @param checksum of the bytes
 * @param length the logarithm of the file's length
 * @param lower the ratio of the first quartile to the third one, modulo 16
 * @param middle that of the second one to the third one, likewise
 * @param high0 the higher bits of 64 of the buckets
 * @param high1 those of the others
 * @param low0 the lower bits
 * @param low1 those of the others
 */
public record TlshDigest(
    int checksum, int length, int lower, int middle, long high0, long high1, long low0, long low1) {
  private static final Pattern TEXT = Pattern.compile("T1([0-9A-F]{70})");

  /** What a step of the length or of a ratio weighs, unless it is but one. */
  private static final int STEP = 12;

  private static final int RATIOS = 16;
  private static final int LENGTHS = 256;

  /** The hash of this text; empty where it is none, as {@link Tlsh#NONE} is. */
  public static Optional<TlshDigest> of(String text) {
    var digits = TEXT.matcher(text);
    if (!digits.matches()) {
      return Optional.empty();
    }
    byte[] hash = HexFormat.of().parseHex(digits.group(1));
    long[] high = new long[2];
    long[] low = new long[2];
    for (int i = 0; i < 128; i++) {
      int bucket = hash[3 + i / 4] >> (i % 4 * 2) & 3;
      high[i / 64] |= (bucket >> 1 & 1L) << (i % 64);
      low[i / 64] |= (bucket & 1L) << (i % 64);
    }
    return Optional.of(
        new TlshDigest(
            hash[0] & 0xff,
            swapped(hash[1]),
            hash[2] >> 4 & 0xf,
            hash[2] & 0xf,
            high[0],
            high[1],
            low[0],
            low[1]));
  }

  private static int swapped(byte value) {
    return (value << 4 & 0xf0) | (value >> 4 & 0xf);
  }

  /**
   * The distance of two files, 0 where they are most alike, as the reference implementation has it:
   * with their lengths.
   */
  public int distance(TlshDigest other) {
    return header(other)
        + body(high0, low0, other.high0, other.low0)
        + body(high1, low1, other.high1, other.low1);
  }

  /** The part of the distance by all but the buckets: the whole is no less. */
  public int header(TlshDigest other) {
    int lengths = around(length, other.length, LENGTHS);
    return (lengths <= 1 ? lengths : lengths * STEP)
        + ratios(around(lower, other.lower, RATIOS))
        + ratios(around(middle, other.middle, RATIOS))
        + (checksum == other.checksum ? 0 : 1);
  }

  private static int ratios(int steps) {
    return steps <= 1 ? steps : (steps - 1) * STEP;
  }

  /** The shorter way from one number to the other, where the last one is beside the first one. */
  private static int around(int one, int other, int of) {
    int way = Math.abs(one - other);
    return Math.min(way, of - way);
  }

  /** A bucket that differs by one or two weighs that, and one that differs by three weighs six. */
  private static int body(long high, long low, long otherHigh, long otherLow) {
    long highs = high ^ otherHigh;
    long lows = low ^ otherLow;
    // Both bits differ: 1 from 2 is one, and 0 from 3 is three.
    long threes = highs & lows & ~(high ^ low);
    return Long.bitCount(lows) + 2 * Long.bitCount(highs & ~lows) + 5 * Long.bitCount(threes);
  }
}
