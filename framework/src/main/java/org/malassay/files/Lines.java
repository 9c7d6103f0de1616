package org.malassay.files;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The lines of a journal, of which there may be hundreds of megabytes. */
public final class Lines {
  private static final int BUFFER = 64 * 1024;

  /** In bytes; a row takes some kilobytes. */
  private static final int LONGEST = 64 << 20;

  private final InputStream in;
  private final int longest;
  private byte[] bytes = new byte[BUFFER];

  /** What was read and not handed over yet lies between these two. */
  private int start;

  private int end;

  /** The lines of a stream, from where it is. */
  public Lines(InputStream in) {
    this(in, LONGEST);
  }

  /**
   * @param longest of lines of as many bytes or more nothing is kept: they are handed over empty,
   *     which no row is
   */
  Lines(InputStream in, int longest) {
    this.in = in;
    this.longest = longest;
  }

  /** The next ones, so many at most and not many long ones; none when nothing is left. */
  public List<Line> next(int most) throws IOException {
    List<Line> lines = new ArrayList<>();
    long bytes = 0;
    while (lines.size() < most && bytes < longest) {
      Line line = next();
      bytes += line.length();
      if (line.length() == 0 && !line.ended()) {
        break;
      }
      lines.add(line);
    }
    return lines;
  }

  private Line next() throws IOException {
    int searched = 0;
    boolean tooLong = false;
    do {
      for (int i = start + searched; i < end; i++) {
        if (bytes[i] == '\n') {
          return line(i, true, tooLong);
        }
      }
      searched = end - start;
      if (searched >= longest) {
        tooLong = true;
        start = end;
        searched = 0;
      }
    } while (fill());
    return line(end, false, tooLong);
  }

  private Line line(int until, boolean ended, boolean tooLong) {
    int from = tooLong || until - start >= longest ? until : start;
    Line line = new Line(Arrays.copyOfRange(bytes, from, until), ended);
    start = Math.min(until + 1, end);
    return line;
  }

  /** Reads on; false at the end of the file. */
  private boolean fill() throws IOException {
    System.arraycopy(bytes, start, bytes, 0, end - start);
    end -= start;
    start = 0;
    if (end == bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * bytes.length);
    }
    int read = in.read(bytes, end, bytes.length - end);
    end += Math.max(0, read);
    return read > 0;
  }
}
