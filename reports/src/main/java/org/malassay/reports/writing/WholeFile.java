package org.malassay.reports.writing;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A file that appears whole or not at all, in the place of an earlier one. */
public final class WholeFile {
  private WholeFile() {}

  /** Writes a file in UTF-8; when the body fails, an earlier file stays as it was. */
  public static void write(Path file, Body body) throws IOException {
    Path fresh = file.resolveSibling("." + file.getFileName() + ".tmp");
    try {
      try (BufferedWriter out = Files.newBufferedWriter(fresh)) {
        body.write(out);
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  /** Writes the contents. */
  public interface Body {
    void write(BufferedWriter out) throws IOException;
  }
}
