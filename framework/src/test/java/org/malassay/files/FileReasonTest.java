package org.malassay.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.stream.Stream;
import java.util.zip.ZipException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FileReasonTest {
  static Stream<Arguments> reasons() {
    return Stream.of(
        arguments(new NoSuchFileException("f"), "f does not exist"),
        arguments(new AccessDeniedException("f"), "f may not be used by this user"),
        arguments(new FileAlreadyExistsException("f"), "f exists already"),
        arguments(new NotDirectoryException("f"), "f is not a folder"),
        arguments(new FileSystemLoopException("f"), "f is a link in a circle"),
        arguments(new FileSystemException("f"), "f cannot be used"),
        arguments(
            new FileSystemException("f", null, "Input/output error"), "f: Input/output error"),
        arguments(new MalformedInputException(1), "it is not text in UTF-8"),
        arguments(new ZipException("x"), "it is not compressed as its name says, or damaged"),
        arguments(new EOFException("x"), "it ends too early"),
        arguments(new UncheckedIOException(new IOException("disk full")), "disk full"));
  }

  @ParameterizedTest
  @MethodSource("reasons")
  void itIsInWordsWithoutAClassOfJava(Exception e, String reason) {
    assertThat(FileReason.of(e)).isEqualTo(reason);
  }
}
