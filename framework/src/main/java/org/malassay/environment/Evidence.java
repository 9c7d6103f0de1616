package org.malassay.environment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * The folder of evidence of one attempt at a sample in an environment. Names are the tool's own;
 * contents may be hostile and are written as they are, never executable.
 */
public final class Evidence {
  private final Path folder;

  /** The evidence in this folder, which is made when something is written. */
  public Evidence(Path folder) {
    this.folder = folder;
  }

  /**
   * The evidence of a new attempt, which never sees that of an earlier one: {@code folder} for the
   * first, {@code folder-2} for the second, and so on.
   */
  public static Evidence fresh(Path folder) {
    Path free = folder;
    for (int attempt = 2; Files.exists(free, LinkOption.NOFOLLOW_LINKS); attempt++) {
      free = folder.resolveSibling(folder.getFileName() + "-" + attempt);
    }
    return new Evidence(free);
  }

  /** Where the evidence lies. */
  public Path folder() {
    return folder;
  }

  /** Writes one file of evidence. The folder is made with the first one. */
  public void write(String name, byte[] contents) throws IOException {
    Files.createDirectories(folder);
    Files.write(folder.resolve(name), contents);
  }
}
