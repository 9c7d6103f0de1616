package org.malassay.run;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * A line as bytes, since a damaged one need not be text.
 *
 * @param bytes without the line feed
 * @param ended false when the file ends before it does
 */
@SuppressWarnings("ArrayRecordComponent") // read once, and thrown away
record Line(byte[] bytes, boolean ended) {

  /** The next line; at the end of the file an empty one that is not ended. */
  static Line read(InputStream in) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int next = in.read(); next >= 0; next = in.read()) {
      if (next == '\n') {
        return new Line(bytes.toByteArray(), true);
      }
      bytes.write(next);
    }
    return new Line(bytes.toByteArray(), false);
  }

  int length() {
    return bytes.length;
  }
}
