package org.malassay.files;

import java.io.EOFException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Map;
import java.util.zip.ZipException;

/** Why a file could not be read or written, in words of the user's. */
public final class FileReason {
  private static final Map<Class<? extends FileSystemException>, String> WHAT =
      Map.of(
          NoSuchFileException.class, "does not exist",
          AccessDeniedException.class, "may not be used by this user",
          FileAlreadyExistsException.class, "exists already",
          DirectoryNotEmptyException.class, "is not empty",
          NotDirectoryException.class, "is not a folder",
          FileSystemLoopException.class, "is a link in a circle");

  private FileReason() {}

  /** The reason in words; it may name the file, whose name may be hostile text. */
  public static String of(Exception e) {
    return words(e instanceof UncheckedIOException && e.getCause() != null ? e.getCause() : e);
  }

  private static String words(Throwable e) {
    if (e instanceof FileSystemException failure && failure.getReason() == null) {
      // The message alone is no more than the path.
      return failure.getFile() + " " + WHAT.getOrDefault(failure.getClass(), "cannot be used");
    }
    if (e instanceof CharacterCodingException) {
      return "it is not text in UTF-8";
    }
    if (e instanceof ZipException) {
      return "it is not compressed as its name says, or damaged";
    }
    if (e instanceof EOFException) {
      return "it ends too early";
    }
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }
}
