package org.malassay.firmware.unpack;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.malassay.firmware.Part.State;
import org.malassay.firmware.unpack.DamagedException.Bound;

/**
 * What the bytes are that no format was recognised in: padding, as random as encrypted ones, or
 * unknown.
 *
 * <p>Random are stretches of 16 KiB and more with an entropy of 7.95 bits a byte and more: that of
 * 16 KiB of random bytes is 7.989 on average (255 / (2 n ln 2) less than 8), that of programs below
 * 7, of encrypted ones above 7.1 (Lyda and Hamrock, Using Entropy Analysis to Find Encrypted and
 * Packed Malware, IEEE Security and Privacy 5, 2007). Good compression reaches it too; Pearson's
 * chi-square of the bytes' counts tells the two apart mostly, as in J. Walker's ent: with 255
 * degrees of freedom it is below 347 for all but one of 10,000 random stretches, and above it for
 * most compressed ones that are long enough. The detail tells both figures.
 */
final class Unread {
  private static final int BLOCK = 4096;

  /** What is judged at once: encrypted stretches are not found below it. */
  private static final int STRETCH = 16 * 1024;

  private static final double RANDOM_ENTROPY = 7.95;
  private static final double RANDOM_CHI_SQUARE = 347;

  /** Padding that is longer ends a kernel. */
  private static final int LONG_PADDING = 1 << 16;

  private Unread() {}

  /** A stretch of one kind. */
  record Run(long from, long size, State state, String detail) {
    boolean mayBeOfKernel() {
      return state != State.PADDING || size < LONG_PADDING;
    }
  }

  /** They cover what lies between two places, in order. */
  static List<Run> runs(Source in, long from, long to, Budget budget) {
    List<Run> runs = new ArrayList<>();
    try {
      add(in, from, to, budget, runs);
    } catch (Bound e) {
      Run last = runs.isEmpty() ? null : runs.get(runs.size() - 1);
      long end = last == null ? from : last.from() + last.size();
      if (end < to) {
        runs.add(new Run(end, to - end, State.CUT, "not looked at: " + e.getMessage()));
      }
    }
    return runs;
  }

  private static void add(Source in, long from, long to, Budget budget, List<Run> runs)
      throws Bound {
    byte[] block = new byte[BLOCK];
    long data = from; // where what is no padding began
    long at = from;
    while (at < to) {
      budget.time();
      int length = (int) Math.min(BLOCK, to - at);
      in.copy(at, block, 0, length);
      // A short rest of a gap is padding by itself; a short stretch in data is data.
      if (isOne(block, length) && (length == BLOCK || data == at)) {
        long end = endOfOne(in, at, to, block[0], budget);
        long begin = beginOfOne(in, data, at, block[0]);
        data(in, data, begin, budget, runs);
        budget.kept();
        runs.add(padding(begin, end, block[0]));
        data = end;
        at = end;
      } else {
        at += length;
      }
    }
    if (data < to) {
      byte last = in.get(to - 1);
      long begin = beginOfOne(in, data, to, last);
      if (to - begin < 16) {
        begin = to;
      }
      data(in, data, begin, budget, runs);
      if (begin < to) {
        runs.add(padding(begin, to, last));
      }
    }
  }

  private static Run padding(long from, long to, byte value) {
    return new Run(from, to - from, State.PADDING, "nothing but 0x%02x".formatted(value & 0xff));
  }

  private static boolean isOne(byte[] block, int length) {
    for (int i = 1; i < length; i++) {
      if (block[i] != block[0]) {
        return false;
      }
    }
    return true;
  }

  private static long endOfOne(Source in, long from, long to, byte value, Budget budget)
      throws Bound {
    long at = from;
    while (at < to && in.get(at) == value) {
      at++;
      if ((at & 0xffff) == 0) {
        budget.time();
      }
    }
    return at;
  }

  private static long beginOfOne(Source in, long from, long to, byte value) {
    long at = to;
    while (at > from && in.get(at - 1) == value) {
      at--;
    }
    return at;
  }

  private static void data(Source in, long from, long to, Budget budget, List<Run> runs)
      throws Bound {
    long begin = from;
    boolean random = false;
    Counts counts = new Counts();
    byte[] stretch = new byte[STRETCH];
    for (long at = from; at < to; at += STRETCH) {
      budget.time();
      int length = (int) Math.min(STRETCH, to - at);
      in.copy(at, stretch, 0, length);
      Counts here = new Counts();
      here.add(stretch, length);
      // A last piece that is too short to be told goes with what comes before it.
      boolean same = length < STRETCH || here.entropy() >= RANDOM_ENTROPY == random;
      if (!same) {
        budget.kept();
        add(begin, at, random, counts, runs);
        begin = at;
        random = !random;
        counts = new Counts();
      }
      counts.add(stretch, length);
    }
    add(begin, to, random, counts, runs);
  }

  private static void add(long from, long to, boolean random, Counts counts, List<Run> runs) {
    if (from == to) {
      return;
    }
    double chiSquare = counts.chiSquare();
    String figures =
        String.format(
            Locale.ROOT, "entropy %.4f bits a byte, chi-square %.0f", counts.entropy(), chiSquare);
    runs.add(
        new Run(
            from,
            to - from,
            random ? State.ENCRYPTED : State.UNKNOWN,
            !random
                ? "no known format; " + figures
                : chiSquare <= RANDOM_CHI_SQUARE
                    ? "encrypted: no known format, and random; " + figures
                    : "compressed in an unknown way, or encrypted; " + figures));
  }

  /** How often each byte occurs. */
  private static final class Counts {
    private final long[] counts = new long[256];
    private long total;

    void add(byte[] bytes, int length) {
      for (int i = 0; i < length; i++) {
        counts[bytes[i] & 0xff]++;
      }
      total += length;
    }

    /** After Shannon, in bits a byte. */
    double entropy() {
      double sum = 0;
      for (long count : counts) {
        sum += count > 1 ? count * Math.log((double) count) : 0;
      }
      return total == 0 ? 0 : (Math.log((double) total) - sum / total) / Math.log(2);
    }

    /** Pearson's, against all bytes being as frequent. */
    double chiSquare() {
      double expected = total / 256.0;
      double sum = 0;
      for (long count : counts) {
        sum += (count - expected) * (count - expected) / expected;
      }
      return sum;
    }
  }
}
