package org.malassay.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** A folder that others see either whole or not at all, in the place of an earlier one. */
public final class WholeFolder {
  private WholeFolder() {}

  /** Writes a folder; where that fails, an earlier one stays as it was. */
  public static void write(Path folder, Body body) throws IOException {
    Path fresh = folder.resolveSibling("." + folder.getFileName() + ".tmp");
    Path old = folder.resolveSibling("." + folder.getFileName() + ".old");
    Folders.delete(fresh); // of a run that was killed
    Folders.delete(old);
    Files.createDirectory(fresh);
    try {
      body.write(fresh);
      if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
        Files.move(folder, old);
      }
      Files.move(fresh, folder);
    } finally {
      Folders.delete(fresh);
      Folders.delete(old);
    }
  }

  /** Writes the contents into the given folder. */
  public interface Body {
    void write(Path fresh) throws IOException;
  }
}
