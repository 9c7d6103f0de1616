package org.malassay.experiment;

import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.malassay.sample.SafeText;

/** Why a file of the user's could not be read or written, in words; printable. */
final class Reason {
  private Reason() {}

  static String of(Exception e) {
    return SafeText.printable(
        words(e instanceof UncheckedIOException && e.getCause() != null ? e.getCause() : e));
  }

  private static String words(Throwable e) {
    if (e instanceof FileSystemException failure && failure.getReason() == null) {
      // The message alone is no more than the path.
      if (e instanceof NoSuchFileException) {
        return failure.getFile() + " does not exist";
      }
      if (e instanceof AccessDeniedException) {
        return "no permission for " + failure.getFile();
      }
      return e.getClass().getSimpleName() + ": " + e.getMessage();
    }
    if (e instanceof CharacterCodingException) {
      return "it is not text in UTF-8";
    }
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }
}
