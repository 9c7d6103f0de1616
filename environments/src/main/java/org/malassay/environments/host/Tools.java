package org.malassay.environments.host;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.malassay.environment.EnvironmentException;

/** The programs of this machine that build images. */
public final class Tools {
  private Tools() {}

  /** The first of these programs that is on the path. */
  public static Optional<String> find(String... names) {
    return Stream.of(names).filter(Tools::isOnPath).findFirst();
  }

  private static boolean isOnPath(String name) {
    return isIn(
        Stream.of(Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator)),
        name);
  }

  /** True when a program is on the path, or in a folder that is only on root's path. */
  public static boolean isInstalled(String name) {
    return isOnPath(name) || isIn(Stream.of("/usr/sbin", "/sbin"), name);
  }

  private static boolean isIn(Stream<String> folders, String name) {
    return folders
        .filter(folder -> !folder.isEmpty())
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
  }

  /**
   * One message for all that an environment misses on this machine.
   *
   * @param missing what is missing, and what for; may be empty
   * @throws EnvironmentException unless it is empty
   */
  public static void require(String environment, List<String> missing) throws EnvironmentException {
    if (!missing.isEmpty()) {
      throw new EnvironmentException(
          """
          -Denv=%s needs what is not on this machine:
            - %s
          Run the same command again with -Dsetup, which installs it (as root)."""
              .formatted(environment, String.join("\n  - ", missing)));
    }
  }

  /**
   * The C compiler for an architecture.
   *
   * @param machine as the kernel names it, such as {@code x86_64}
   */
  public static Optional<String> compilerFor(String machine) {
    if (machine.equals(machineHere())) {
      return find("gcc", "cc", tripletOf(machine) + "-gcc");
    }
    return find(tripletOf(machine) + "-gcc");
  }

  /** The Debian package that has the compiler for an architecture. */
  public static String compilerPackageFor(String machine) {
    return machine.equals(machineHere()) ? "gcc" : "gcc-" + tripletOf(machine).replace('_', '-');
  }

  /** Debian's name of the architecture, as its tools are prefixed. */
  private static String tripletOf(String machine) {
    return machine.startsWith("armv") ? "arm-linux-gnueabihf" : machine + "-linux-gnu";
  }

  /** This machine's architecture, as the kernel names it. */
  public static String machineHere() {
    String machine = System.getProperty("os.arch");
    return machine.equals("amd64") ? "x86_64" : machine;
  }

  /**
   * What must be installed for the kernel to run ARM programs, as those of an image do while it is
   * made; empty when it does, as far as can be seen from here.
   */
  public static Optional<String> missingToRunArm() {
    boolean runsArm =
        machineHere().equals("aarch64")
            || machineHere().startsWith("arm")
            || Files.exists(Path.of("/proc/sys/fs/binfmt_misc/qemu-arm"));
    return runsArm
        ? Optional.empty()
        : Optional.of("qemu-user with binfmt_misc, by which the kernel runs ARM programs");
  }

  /**
   * Runs a program to its end.
   *
   * @param lines takes what it says, standard error included, line by line
   * @throws GaveUpException if it is a script that gave up with a reason of its own
   * @throws IOException if it could not be started, failed, or took too long
   */
  public static void run(
      List<String> command, Path folder, Duration timeout, Consumer<String> lines)
      throws IOException {
    run(command, folder, timeout, "", lines);
  }

  /**
   * The same for what takes long on a slow host.
   *
   * @param usual how long it may take on another
   */
  public static void run(
      List<String> command, Path folder, Timeouts timeouts, Duration usual, Consumer<String> lines)
      throws IOException {
    run(command, folder, timeouts.of(usual), timeouts.remedy(), lines);
  }

  private static void run(
      List<String> command, Path folder, Duration timeout, String remedy, Consumer<String> lines)
      throws IOException {
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .start();
    StringBuilder tail = new StringBuilder();
    Thread reader =
        new Thread(
            () -> {
              try (var out = process.inputReader()) {
                out.lines()
                    .forEach(
                        line -> {
                          lines.accept(line);
                          tail.append(line).append('\n');
                          tail.delete(0, Math.max(0, tail.length() - 2000));
                        });
              } catch (IOException | java.io.UncheckedIOException e) {
                // the process was ended; so is its output
              }
            },
            "output of " + command.get(0));
    reader.setDaemon(true);
    reader.start();
    try {
      if (!process.waitFor(timeout.toSeconds(), TimeUnit.SECONDS)) {
        throw new IOException(
            "%s took longer than %d minutes%s"
                .formatted(command.get(0), timeout.toMinutes(), remedy));
      }
      reader.join(1000);
    } catch (InterruptedException e) {
      throw Await.interruptedIo(e);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    if (process.exitValue() == GaveUpException.STATUS) {
      throw new GaveUpException(tail.toString().strip());
    }
    if (process.exitValue() != 0) {
      throw new IOException(
          "%s failed with status %d:%n%s".formatted(command.get(0), process.exitValue(), tail));
    }
  }
}
