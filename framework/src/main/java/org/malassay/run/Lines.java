package org.malassay.run;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The lines of a journal, of which there may be hundreds of megabytes. */
final class Lines {
  private static final int BUFFER = 64 * 1024;

  private final InputStream in;
  private byte[] bytes = new byte[BUFFER];

  /** What was read and not handed over yet lies between these two. */
  private int start;

  private int end;

  Lines(InputStream in) {
    this.in = in;
  }

  /** The next ones, so many at most; none when nothing is left. */
  List<Line> next(int most) throws IOException {
    List<Line> lines = new ArrayList<>();
    while (lines.size() < most) {
      Line line = next();
      if (line.length() == 0 && !line.ended()) {
        break;
      }
      lines.add(line);
    }
    return lines;
  }

  private Line next() throws IOException {
    int searched = 0;
    do {
      for (int i = start + searched; i < end; i++) {
        if (bytes[i] == '\n') {
          return line(i, true);
        }
      }
      searched = end - start;
    } while (fill());
    return line(end, false);
  }

  private Line line(int until, boolean ended) {
    Line line = new Line(Arrays.copyOfRange(bytes, start, until), ended);
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
