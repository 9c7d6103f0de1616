package org.malassay.firmware.unpack;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.malassay.firmware.unpack.DamagedException.Bound;

/** The first words of a kernel of Linux ({@code linux_banner}), by which one is found. */
final class Banner {
  private static final byte[] WORDS = "Linux version ".getBytes(US_ASCII);
  private static final int WINDOW = 1 << 16;

  private Banner() {}

  /** Where the first one begins, its version after it; below 0 if there is none. */
  static long find(Source in, long from, long to, Budget budget) throws Bound {
    byte[] window = new byte[(int) Math.min(WINDOW, Math.max(0, to - from))];
    long at = from;
    while (to - at > WORDS.length) {
      budget.time();
      int length = (int) Math.min(window.length, to - at);
      in.copy(at, window, 0, length);
      for (int i = 0; i + WORDS.length < length; i++) {
        if (window[i] == 'L' && isBanner(window, i)) {
          return at + i;
        }
      }
      at += length - WORDS.length;
    }
    return -1;
  }

  private static boolean isBanner(byte[] window, int at) {
    for (int i = 0; i < WORDS.length; i++) {
      if (window[at + i] != WORDS[i]) {
        return false;
      }
    }
    byte digit = window[at + WORDS.length];
    return digit >= '1' && digit <= '9';
  }
}
