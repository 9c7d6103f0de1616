package org.malassay.firmware.text;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/** Runs of printable ASCII in the bytes of a file, as strings(1) finds them. Hostile text. */
public final class Printable {
  private Printable() {}

  private static boolean is(byte b) {
    return (b >= 0x20 && b < 0x7f) || b == '\t';
  }

  /**
   * The run around a place, cut on both sides.
   *
   * @param most characters before the place, and from it on
   */
  public static String around(byte[] file, int place, int most) {
    int from = place;
    while (from > 0 && place - from < most && is(file[from - 1])) {
      from--;
    }
    int to = place;
    while (to < file.length && to - place < most && is(file[to])) {
      to++;
    }
    return new String(file, from, to - from, ISO_8859_1);
  }

  /** What is told of each run. */
  public interface Sink {
    /**
     * Takes one run.
     *
     * @param from where it begins in the file
     */
    void found(int from, String text);
  }

  /**
   * Tells each run of a length.
   *
   * @param shortest in characters
   * @param longest longer ones are left out
   */
  public static void runs(byte[] file, int shortest, int longest, Sink to) {
    int start = 0;
    for (int i = 0; i <= file.length; i++) {
      if (i == file.length || !is(file[i])) {
        int length = i - start;
        if (length >= shortest && length <= longest) {
          to.found(start, new String(file, start, length, ISO_8859_1));
        }
        start = i + 1;
      }
    }
  }
}
