package org.malassay.sample;

import java.io.FilterInputStream;
import java.io.InputStream;

/** A member of an archive that is read in one go: closing it leaves the archive open. */
final class UnclosedInputStream extends FilterInputStream {
  UnclosedInputStream(InputStream archive) {
    super(archive);
  }

  @Override
  public void close() {
    // the archive goes on
  }
}
