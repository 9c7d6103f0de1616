package org.malassay.raspbian;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.malassay.environment.EnvironmentException;
import org.malassay.guest.Tools;

/**
 * The emulator of this machine.
 *
 * @param version as it tells it, such as {@code 7.2.22 (Debian 1:7.2+dfsg-7)}
 * @param major the first number of the version
 */
record Qemu(String version, int major) {
  static final String PROGRAM = "qemu-system-aarch64";

  /** The first version that maps memory of a file read-only and private. */
  private static final int MAPS_READ_ONLY = 9;

  private static final Pattern VERSION = Pattern.compile("QEMU emulator version ((\\d+)\\..*)");
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Asks the emulator. */
  static Qemu find() throws EnvironmentException {
    List<String> lines = new ArrayList<>();
    try {
      Tools.run(List.of(PROGRAM, "--version"), Path.of("/"), PATIENCE, lines::add);
    } catch (IOException e) {
      throw new EnvironmentException(
          "%s does not tell its version; try -Dsetup: %s".formatted(PROGRAM, e.getMessage()), e);
    }
    return of(lines.isEmpty() ? "" : lines.get(0));
  }

  static Qemu of(String line) throws EnvironmentException {
    Matcher matcher = VERSION.matcher(line);
    if (!matcher.matches()) {
      throw new EnvironmentException(
          "%s is not a QEMU of a version known here; try -Dsetup: %s".formatted(PROGRAM, line));
    }
    return new Qemu(matcher.group(1), Integer.parseInt(matcher.group(2)));
  }

  /** Lets the file of a clone's memory be one that nobody may write to. */
  String readOnlyMemory() {
    return major >= MAPS_READ_ONLY ? ",readonly=on,rom=off" : "";
  }
}
