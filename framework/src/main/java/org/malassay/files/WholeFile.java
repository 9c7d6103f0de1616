package org.malassay.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedOutputStream;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A file that others see either whole or not at all, in the place of an earlier one. Where it
 * cannot be written, the earlier one stays. Who may read it is decided by the umask, as of any
 * other file.
 */
public final class WholeFile {
  /**
   * Reduced by the umask. Without it, Java would make a temporary file readable by its owner only.
   */
  private static final FileAttribute<?> MODE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-rw-rw-"));

  private WholeFile() {}

  /** Writes the contents. */
  public interface Body {
    void writeTo(OutputStream out) throws IOException;
  }

  /** Writes the contents, in UTF-8. */
  public interface Text {
    void writeTo(BufferedWriter out) throws IOException;
  }

  /** Writes a file; makes its folder where there is none. */
  public static void write(Path file, byte[] contents) throws IOException {
    write(file, out -> out.write(contents));
  }

  /** The same in pieces. */
  public static void write(Path file, Body body) throws IOException {
    Path folder = Files.createDirectories(file.toAbsolutePath().getParent());
    Path fresh = Files.createTempFile(folder, "." + file.getFileName(), ".part", MODE);
    try {
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(fresh))) {
        body.writeTo(out);
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  /**
   * The same of text.
   *
   * @throws java.nio.charset.CharacterCodingException if the text has half of a surrogate pair
   */
  public static void writeText(Path file, Text body) throws IOException {
    write(
        file,
        out -> {
          try (BufferedWriter text =
              new BufferedWriter(new OutputStreamWriter(out, UTF_8.newEncoder()))) {
            body.writeTo(text);
          }
        });
  }
}
