package org.malassay.environment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The folder of evidence of one sample in one environment. Names are the tool's own; contents may
 * be hostile and are written as they are, never executable.
 */
public final class Evidence {
  private final Path folder;

  /** The evidence in this folder, which is made when something is written. */
  public Evidence(Path folder) {
    this.folder = folder;
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
