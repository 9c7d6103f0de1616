package org.malassay.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes files that other processes see either whole or not at all. */
public final class AtomicFile {
  private AtomicFile() {}

  /** Writes a file, in the place of an earlier one; makes its folder where there is none. */
  public static void write(Path file, byte[] contents) throws IOException {
    Path folder = Files.createDirectories(file.toAbsolutePath().getParent());
    Path fresh = Files.createTempFile(folder, "." + file.getFileName(), ".part");
    try {
      Files.write(fresh, contents);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }
}
