package org.malassay.behavior;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * The lines of a log in pieces, each of whole lines. The unfinished last line of a log that was cut
 * is left out.
 */
final class LogLines {
  private static final int PIECE = 256 * 1024;

  /** Room for the log of a sample that does little, of which there are tens of thousands. */
  private static final int FIRST = 16 * 1024;

  /** Longer than any line that is written. */
  private static final int MOST = 64 << 20;

  private final InputStream in;
  private byte[] bytes = new byte[FIRST];
  private int length;
  private boolean cut;

  LogLines(InputStream in) {
    this.in = in;
  }

  /** True when the stream ended before its end, as that of a run that was killed. */
  boolean isCut() {
    return cut;
  }

  /**
   * The next piece; empty when nothing is left.
   *
   * @throws IOException if the stream cannot be read, or a line has no end
   */
  byte[] next() throws IOException {
    while (true) {
      boolean ended = fill();
      if (!ended && bytes.length < PIECE) {
        bytes = Arrays.copyOf(bytes, 2 * bytes.length);
        continue;
      }
      int end = ended && !cut ? length : lastLineEnd();
      if (end > 0 || ended) {
        byte[] piece = Arrays.copyOf(bytes, end);
        System.arraycopy(bytes, end, bytes, 0, length - end);
        length -= end;
        return piece;
      }
      if (length >= MOST) {
        throw new IOException("a line of it has no end");
      }
      bytes = Arrays.copyOf(bytes, 2 * length);
    }
  }

  /** Reads as much as there is room for; true at the end. */
  private boolean fill() throws IOException {
    try {
      while (length < bytes.length && !cut) {
        int n = in.read(bytes, length, bytes.length - length);
        if (n < 0) {
          return true;
        }
        length += n;
      }
    } catch (EOFException e) {
      cut = true;
    }
    return cut;
  }

  private int lastLineEnd() {
    int end = length;
    while (end > 0 && bytes[end - 1] != '\n') {
      end--;
    }
    return end;
  }
}
