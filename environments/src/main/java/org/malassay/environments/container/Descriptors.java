package org.malassay.environments.container;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many files the engine can have open. While it removes a container, it has one open for each
 * level of nested folders, and a sample can make very many levels.
 */
final class Descriptors {
  /** More than a sample's share of inodes allows for. */
  static final long ENOUGH = 1 << 20;

  private static final Path ENGINE = Path.of("/var/run/docker.pid");
  private static final Pattern OPEN_FILES =
      Pattern.compile("^Max open files +(\\d+) ", Pattern.MULTILINE);

  private Descriptors() {}

  /**
   * A warning that names what mends it, when the engine of this machine has too few.
   *
   * @param engine its address; of one elsewhere nothing can be told
   */
  static Optional<String> warning(URI engine) {
    return "unix".equals(engine.getScheme()) ? warning(ENGINE) : Optional.empty();
  }

  static Optional<String> warning(Path pidFile) {
    try {
      long pid = Long.parseLong(Files.readString(pidFile).strip());
      Matcher limit =
          OPEN_FILES.matcher(Files.readString(Path.of("/proc", Long.toString(pid), "limits")));
      return limit.find() && Long.parseLong(limit.group(1)) < ENOUGH
          ? Optional.of(
              ("the Docker engine can have only %s files open: the folders that a sample puts into"
                      + " each other, deeper than that, stay on the disk, and what is asked of the"
                      + " engine meanwhile fails; mend it, as root, with: prlimit --pid %d"
                      + " --nofile=%d:%d")
                  .formatted(limit.group(1), pid, ENOUGH, ENOUGH))
          : Optional.empty();
    } catch (IOException | NumberFormatException e) {
      return Optional.empty(); // not on this machine, or not for this user to see
    }
  }
}
