package org.malassay.reports.allure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A folder that appears whole or not at all, in the place of an earlier one. */
final class WholeFolder {
  private WholeFolder() {}

  static void write(Path folder, Body body) throws IOException {
    Path fresh = folder.resolveSibling("." + folder.getFileName() + ".tmp");
    Path old = folder.resolveSibling("." + folder.getFileName() + ".old");
    delete(fresh); // of a run that was killed
    delete(old);
    Files.createDirectory(fresh);
    try {
      body.write(fresh);
      if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
        Files.move(folder, old);
      }
      Files.move(fresh, folder);
    } finally {
      delete(fresh);
      delete(old);
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    List<Path> inside;
    try (Stream<Path> walk = Files.walk(folder)) {
      inside = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : inside) {
      Files.delete(path);
    }
  }

  /** Writes the contents into the given folder. */
  interface Body {
    void write(Path fresh) throws IOException;
  }
}
