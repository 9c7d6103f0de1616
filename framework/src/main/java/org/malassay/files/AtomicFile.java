package org.malassay.files;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes files that other processes see either whole or not at all. */
public final class AtomicFile {
  private AtomicFile() {}

  /** Writes what a file is made of. */
  public interface Body {
    void writeTo(OutputStream out) throws IOException;
  }

  /** Writes a file, in the place of an earlier one; makes its folder where there is none. */
  public static void write(Path file, byte[] contents) throws IOException {
    write(file, out -> out.write(contents));
  }

  /** The same in pieces; when the body fails, an earlier file stays as it was. */
  public static void write(Path file, Body body) throws IOException {
    Path folder = Files.createDirectories(file.toAbsolutePath().getParent());
    Path fresh = Files.createTempFile(folder, "." + file.getFileName(), ".part");
    try {
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(fresh))) {
        body.writeTo(out);
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }
}
