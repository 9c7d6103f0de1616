package org.malassay.environments.machine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.malassay.environment.EnvironmentException;
import org.malassay.environment.GuestException;
import org.malassay.environments.host.Cache;
import org.malassay.environments.host.Recipe;
import org.malassay.environments.libraries.GuestFiles;

/**
 * The libraries that an image has, told by a guest of it: once, since they are megabytes, and then
 * kept beside the image.
 */
public final class GuestLibraries {
  private static final String ARCHIVE = "libraries.tar";
  private static final long BYTES = 512L << 20;
  private static final int SHORT = 12;

  /** As deep as loaders look; kernel modules are none of theirs. */
  private static final String COMMAND =
      " && find "
          + String.join(" ", GuestFiles.FOLDERS)
          + " -maxdepth 2 '(' -type d -o -type l -o -name '*.so*' -o -name 'linker*' ')' 2>/dev/null"
          + " | tar -cf - --no-recursion -T -";

  private GuestLibraries() {}

  /**
   * Reads them.
   *
   * @param root the folder in the system that samples have as their root, in words for a shell
   */
  public static GuestFiles read(Cache cache, Image image, GuestStarter guests, String root)
      throws EnvironmentException {
    String command = "cd " + root + COMMAND;
    try {
      Path folder =
          cache
              .get(
                  entry(image.digest(), command),
                  List.of(ARCHIVE),
                  BYTES,
                  out -> ask(guests, command, out.resolve(ARCHIVE)))
              .folder();
      GuestFiles files = new GuestFiles();
      try (InputStream in = Files.newInputStream(folder.resolve(ARCHIVE))) {
        files.add("", in);
      }
      return files;
    } catch (IOException e) {
      throw new EnvironmentException(
          "-Dlibraries=supply: what guests have cannot be read: " + e.getMessage(), e);
    }
  }

  /** What another command would say of the same image is another entry. */
  static String entry(String image, String command) {
    String asked = Recipe.ofFiles(Map.of("command", command.getBytes(UTF_8))).digest();
    return "libraries-%s-%s".formatted(image.substring(0, SHORT), asked.substring(0, SHORT));
  }

  private static void ask(GuestStarter guests, String command, Path file) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      guests.ask(command, BYTES, out);
    } catch (GuestException e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}
