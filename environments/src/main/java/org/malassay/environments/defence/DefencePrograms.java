package org.malassay.environments.defence;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.malassay.environment.EnvironmentException;
import org.malassay.environments.host.ArmProgram;
import org.malassay.environments.host.BpfTools;
import org.malassay.environments.host.Cache;
import org.malassay.environments.host.Recipe;
import org.malassay.environments.host.Timeouts;
import org.malassay.environments.host.Tools;
import org.malassay.environments.host.Workshop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the defences of guests consist of, from the folder {@code environments/defence}: programs,
 * which are compiled when they are first needed, and kept; and scripts and policies.
 */
public final class DefencePrograms {
  /** The program that tries what they forbid and allow. */
  public static final String CHECK = "malassay-check";

  /** Those that are executed where {@code PATH} leads, and a library beside them. */
  public static final List<String> PROGRAMS =
      List.of(
          "malassay-guard",
          "malassay-limited-shell",
          "malassay-filter",
          "malassay-entry",
          "malassay-label",
          "malassay-service-filter.so",
          CHECK);

  /** Those of the files that are read when a defence is set up which nothing compiles. */
  private static final List<String> COPIED =
      List.of(
          "loginguard.sh",
          "guarded-files",
          "seccomp.sh",
          "apparmor.sh",
          "apparmor-policy",
          "tomoyo.sh",
          "selinux.sh",
          "service.sh");

  /** Those that are only read, when a defence is set up. */
  public static final List<String> SETUP =
      Stream.concat(COPIED.stream(), Stream.of("selinux-policy")).toList();

  private static final Recipe RECIPE =
      Recipe.ofFolder("/org/malassay/environments/defence/guest")
          .and(Recipe.ofResources("/org/malassay/environments/recorder/bpf.sh"));

  /** The guests' kernels and their programs. */
  private static final String KERNEL = "aarch64";

  private static final String GUEST = "armv7l";
  private static final Duration COMPILATION = Duration.ofMinutes(3);
  private static final long BYTES = 16 << 20;
  private static final int SHORT = 12;
  private static final Logger LOG = LoggerFactory.getLogger(DefencePrograms.class);

  private DefencePrograms() {}

  /** What tells them from those of another version. */
  public static String digest() {
    return RECIPE.digest().substring(0, SHORT);
  }

  /**
   * The folder with all of them, which are made if they are not there yet.
   *
   * @throws EnvironmentException if they cannot be had; the message says what mends it
   */
  public static Path get(Timeouts timeouts) throws EnvironmentException {
    List<String> all = new ArrayList<>(PROGRAMS);
    all.addAll(SETUP);
    try {
      return Cache.in(Optional.empty(), "defence")
          .get(digest(), all, BYTES, out -> make(out, timeouts))
          .folder();
    } catch (IOException e) {
      throw new EnvironmentException("no defence can be had: " + e.getMessage(), e);
    }
  }

  /**
   * The program that tries what they forbid and allow, alone, for which an ARM compiler is enough.
   *
   * @throws IOException if it cannot be had; the message says what mends it
   */
  public static byte[] check() throws IOException {
    return ArmProgram.compile(RECIPE, "check.c");
  }

  private static void make(Path out, Timeouts timeouts) throws IOException {
    List<String> missing = new ArrayList<>(BpfTools.missing(List.of(KERNEL, GUEST)));
    if (!Tools.isInstalled("secilc")) {
      missing.add("secilc");
    }
    if (!missing.isEmpty()) {
      throw new IOException(
          "it cannot be compiled, for this machine lacks %s: run again with -Dsetup, which installs them"
              .formatted(String.join(", ", missing)));
    }
    LOG.info("compiling the defences of guests (once)");
    try (Workshop workshop = Workshop.of(RECIPE)) {
      Tools.run(
          List.of(
              "sh",
              "build.sh",
              Tools.compilerFor(KERNEL).orElseThrow(),
              Tools.compilerFor(GUEST).orElseThrow(),
              out.toAbsolutePath().toString()),
          workshop.folder(),
          timeouts,
          COMPILATION,
          LOG::debug);
      for (String file : COPIED) {
        Files.copy(workshop.folder().resolve(file), out.resolve(file));
      }
    }
  }
}
