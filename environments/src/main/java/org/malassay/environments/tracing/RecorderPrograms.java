package org.malassay.environments.tracing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.malassay.environment.EnvironmentException;
import org.malassay.environments.host.ArmProgram;
import org.malassay.environments.host.BpfTools;
import org.malassay.environments.host.Cache;
import org.malassay.environments.host.Recipe;
import org.malassay.environments.host.Tools;
import org.malassay.environments.host.Workshop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The recorder's two programs, {@link #RECORDER} and {@link #CHECK}, compiled from {@code
 * environments/recorder} for one kernel when they are first needed, and kept.
 *
 * @param machine the architecture of the kernel, as it names it, such as {@code x86_64}
 */
public record RecorderPrograms(String machine) {
  /** The recorder itself. */
  public static final String RECORDER = "recorder";

  /** Beside it: the program whose calls are known. */
  public static final String CHECK = "check";

  private static final Recipe RECIPE = Recipe.ofFolder("/org/malassay/environments/recorder");
  private static final List<String> MACHINES = List.of("x86_64", "aarch64");

  /** Samples are of 32-bit ARM, and so is the program that stands for them. */
  private static final String CHECK_MACHINE = "armv7l";

  private static final Duration COMPILATION = Duration.ofMinutes(3);
  private static final long BYTES = 16 << 20;
  private static final int SHORT = 12;
  private static final Logger LOG = LoggerFactory.getLogger(RecorderPrograms.class);

  /** What tells these programs from those of another version or for another kernel. */
  public String digest() {
    return Recipe.ofFiles(
            Map.of("recorder", RECIPE.digest().getBytes(UTF_8), "machine", machine.getBytes(UTF_8)))
        .digest()
        .substring(0, SHORT);
  }

  /**
   * The folder with the two programs, which are compiled if they are not there yet.
   *
   * @throws IOException if they cannot be had; the message says what mends it
   */
  public Path get() throws IOException {
    if (!MACHINES.contains(machine)) {
      throw new IOException("there is no recorder for kernels of " + machine);
    }
    try {
      return Cache.in(Optional.empty(), RECORDER)
          .get(digest(), List.of(RECORDER, CHECK), BYTES, this::compile)
          .folder();
    } catch (EnvironmentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /**
   * The program of known calls alone, for which an ARM compiler is enough.
   *
   * @throws IOException if it cannot be had; the message says what mends it
   */
  public static byte[] check() throws IOException {
    return ArmProgram.compile(RECIPE, "check.c");
  }

  private void compile(Path out) throws IOException {
    List<String> missing = BpfTools.missing(List.of(machine, CHECK_MACHINE));
    if (!missing.isEmpty()) {
      throw new IOException(
          "the recorder cannot be compiled, for this machine lacks %s: run again with -Dsetup, which installs them"
              .formatted(String.join(", ", missing)));
    }
    LOG.info("compiling the recorder of system calls (once)");
    try (Workshop workshop = Workshop.of(RECIPE)) {
      Tools.run(
          List.of(
              "sh",
              "build.sh",
              machine,
              Tools.compilerFor(machine).orElseThrow(),
              Tools.compilerFor(CHECK_MACHINE).orElseThrow(),
              out.toAbsolutePath().toString()),
          workshop.folder(),
          COMPILATION,
          LOG::debug);
    }
  }
}
