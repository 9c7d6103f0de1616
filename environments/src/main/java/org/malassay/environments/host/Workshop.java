package org.malassay.environments.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.malassay.files.Folders;

/**
 * A temporary folder in which something is built; closing this deletes it.
 *
 * @param folder that the files of a recipe lie in
 */
public record Workshop(Path folder) implements AutoCloseable {
  /** A new one with nothing in it. */
  public static Workshop empty() throws IOException {
    return new Workshop(Files.createTempDirectory("malassay"));
  }

  /** A new one with the files of a recipe in it. */
  public static Workshop of(Recipe recipe) throws IOException {
    Workshop workshop = empty();
    try {
      recipe.writeTo(workshop.folder());
      return workshop;
    } catch (IOException | RuntimeException e) {
      workshop.close();
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    Folders.delete(folder);
  }
}
