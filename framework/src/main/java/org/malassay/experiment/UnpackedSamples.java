package org.malassay.experiment;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What is unpacked from archives for a run. It is there only while the run lasts: the files are
 * hostile, and nobody should come across them later.
 *
 * @param run the folder of the run; need not exist
 */
record UnpackedSamples(Path run) {

  /** Where to unpack them. */
  Path folder() {
    return run.resolve("samples");
  }

  /** Removes them, and the folder of the run if nothing else is in it. */
  void remove() throws IOException {
    try {
      for (Path file : files()) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(folder());
      Files.deleteIfExists(run);
    } catch (NoSuchFileException | DirectoryNotEmptyException e) {
      // Nothing was unpacked; or the run keeps more than that.
    } catch (IOException e) {
      throw new IOException(
          "the unpacked samples in %s cannot be removed: %s".formatted(folder(), Reason.of(e)), e);
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder())) {
      return files.toList();
    }
  }
}
