package org.malassay.environments.unikernel;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.malassay.behavior.Facet;
import org.malassay.environments.agent.AgentProgram;
import org.malassay.environments.host.ImageRecipe;
import org.malassay.environments.host.Recipe;

/**
 * A kernel of a unikernel and how it is built. The machine that boots it, and the way to talk to
 * that, are the same for all of them.
 *
 * @param environment the name for {@code -Denv} of those that boot it
 * @param description for the reader of a run
 * @param file what QEMU boots, of those that the recipe makes
 * @param recipe how the kernel is made; reading it takes a moment
 * @param records what it tells of a sample, of the facets of a recorder
 * @param recordsNoMore why it does not tell the others
 */
record Kernel(
    String environment,
    String description,
    String file,
    Supplier<ImageRecipe> recipe,
    Set<Facet> records,
    String recordsNoMore) {

  /** Whether it loads samples, which can make files then. */
  boolean makesFiles() {
    return records.contains(Facet.PROCESSES);
  }

  /** The program whose calls are known, beside a kernel that records. */
  String known() {
    return known(file);
  }

  private static String known(String file) {
    return file + "-known-calls";
  }

  /** Loads a static program into the one address space; after HermiTux, Nanos and Unikraft. */
  static final Kernel LOADER =
      new Kernel(
          "unikernel",
          "a library OS with a loader of programs",
          "unikernel",
          () -> libraryOs("unikernel", "loader"),
          Set.of(Facet.CALLS, Facet.PROCESSES),
          "");

  /** The server and nothing else. */
  static final Kernel SEALED =
      new Kernel(
          "unikernel-sealed",
          "a library OS without a loader of programs",
          "unikernel-sealed",
          () -> libraryOs("unikernel-sealed", "sealed"),
          Set.of(Facet.CALLS),
          "it loads no program, so no process begins, and no file is made");

  /** Linux with the server as its only program, after Lupine: the cross-check of the others. */
  static final Kernel LINUX =
      new Kernel(
          "unikernel-linux",
          "Linux with nothing but the server",
          "kernel",
          Kernel::linux,
          Set.of(),
          "it is a Linux, in which nothing records system calls");

  private static final long BYTES = 64L << 20;
  private static final Recipe PAGE =
      Recipe.ofResources("/org/malassay/environments/service/index.html");
  private static final Recipe DEBIAN =
      Recipe.ofResources("/org/malassay/environments/debian/debian.sh");

  private static ImageRecipe libraryOs(String kernel, String script) {
    return new ImageRecipe(
        kernel,
        Recipe.ofFolder("/org/malassay/environments/unikernel/image")
            .and(PAGE)
            .and(DEBIAN)
            .and(
                Recipe.ofResources(
                    "/org/malassay/environments/agent/frames.h",
                    "/org/malassay/environments/recorder/record.h",
                    "/org/malassay/environments/recorder/kinds.h",
                    "/org/malassay/environments/recorder/calls.tbl",
                    "/org/malassay/environments/recorder/calls.awk"))
            .and(Recipe.ofResources("/org/malassay/environments/arm/multiple.h")),
        List.of(script),
        Map.of("arm-none-eabi-gcc", "gcc-arm-none-eabi and libnewlib-arm-none-eabi"),
        List.of(kernel, known(kernel)),
        BYTES,
        Duration.ofMinutes(10),
        "half a minute");
  }

  private static ImageRecipe linux() {
    Map<String, String> programs = new LinkedHashMap<>();
    programs.put("arm-linux-gnueabihf-gcc", "gcc-arm-linux-gnueabihf");
    for (String program : List.of("make", "gcc", "bc", "flex", "bison")) {
      programs.put(program, program);
    }
    programs.put("xz", "xz-utils");
    return new ImageRecipe(
        "unikernel-linux",
        Recipe.ofFolder("/org/malassay/environments/unikernel-linux")
            .and(AgentProgram.recipe())
            .and(PAGE),
        List.of(),
        programs,
        List.of("kernel"),
        BYTES,
        Duration.ofMinutes(60),
        "several minutes");
  }
}
