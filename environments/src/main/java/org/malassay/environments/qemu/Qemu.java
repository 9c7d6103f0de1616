package org.malassay.environments.qemu;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.malassay.environment.EnvironmentException;
import org.malassay.environments.host.Tools;

/**
 * An emulator of this machine.
 *
 * @param program its name
 * @param version as it tells it, such as {@code 7.2.22 (Debian 1:7.2+dfsg-7)}
 * @param major the first number of the version
 */
public record Qemu(String program, String version, int major) {
  /**
   * The processors of a machine with one, as told to {@code -smp}. A machine that can never have
   * more is emulated without memory barriers before QEMU 8.1, as no other processor would look on.
   * But QEMU's own devices do, in a thread of theirs (QEMU's commit c914d46d0a64, "tcg: Do not
   * elide memory barriers for !CF_PARALLEL in system mode").
   */
  public static final String ONE_PROCESSOR = "1,maxcpus=2";

  /** The first version that maps memory of a file read-only and private. */
  private static final int MAPS_READ_ONLY = 9;

  private static final Pattern VERSION = Pattern.compile("QEMU emulator version ((\\d+)\\..*)");
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Asks the emulator of this name. */
  public static Qemu find(String program) throws EnvironmentException {
    List<String> lines = new ArrayList<>();
    try {
      Tools.run(List.of(program, "--version"), Path.of("/"), PATIENCE, lines::add);
    } catch (IOException e) {
      throw new EnvironmentException(
          "%s does not tell its version; try -Dsetup: %s".formatted(program, e.getMessage()), e);
    }
    return of(program, lines.isEmpty() ? "" : lines.get(0));
  }

  /** The emulator that names itself by this line. */
  public static Qemu of(String program, String line) throws EnvironmentException {
    Matcher matcher = VERSION.matcher(line);
    if (!matcher.matches()) {
      throw new EnvironmentException(
          "%s is not a QEMU of a version known here; try -Dsetup: %s".formatted(program, line));
    }
    return new Qemu(program, matcher.group(1), Integer.parseInt(matcher.group(2)));
  }

  /** Lets the file of a clone's memory be one that nobody may write to. */
  public String readOnlyMemory() {
    return major >= MAPS_READ_ONLY ? ",readonly=on,rom=off" : "";
  }
}
