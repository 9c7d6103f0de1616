package org.malassay.unikernel;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.malassay.guest.Recipe;
import org.malassay.qemu.ImageRecipe;

/**
 * A kind of unikernel: all of them are one machine that is talked to in one way, with different
 * kernels.
 *
 * @param environment the name for {@code -Denv}
 * @param description of the kernel, for the reader of a run
 * @param kernel the file that QEMU boots, of those that the recipe makes
 * @param recipe how the kernel is made; reading it takes a moment
 */
record Kind(String environment, String description, String kernel, Supplier<ImageRecipe> recipe) {

  /** Loads a static program into the one address space; after HermiTux, Nanos and Unikraft. */
  static final Kind LOADER =
      new Kind(
          "unikernel",
          "a library OS with a loader of programs",
          "unikernel",
          () -> libraryOs("unikernel", "loader"));

  /** The server and nothing else. */
  static final Kind SEALED =
      new Kind(
          "unikernel-sealed",
          "a library OS without a loader of programs",
          "unikernel-sealed",
          () -> libraryOs("unikernel-sealed", "sealed"));

  /** Linux with the server as its only program, after Lupine: the cross-check of the others. */
  static final Kind LINUX =
      new Kind("unikernel-linux", "Linux with nothing but the server", "kernel", Kind::linux);

  private static final long BYTES = 64L << 20;
  private static final Recipe PAGE = Recipe.ofResources("/org/malassay/page/index.html");
  private static final Recipe DEBIAN = Recipe.ofResources("/org/malassay/debian/debian.sh");

  private static ImageRecipe libraryOs(String kernel, String script) {
    return new ImageRecipe(
        kernel,
        Recipe.ofFolder("/org/malassay/unikernel/image").and(PAGE).and(DEBIAN),
        List.of(script),
        Map.of("arm-none-eabi-gcc", "gcc-arm-none-eabi and libnewlib-arm-none-eabi"),
        List.of(kernel),
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
        Recipe.ofFolder("/org/malassay/unikernel-linux")
            .and(
                Recipe.ofResources(
                    "/org/malassay/container/agent.c", "/org/malassay/container/agent.h"))
            .and(PAGE),
        List.of(),
        programs,
        List.of("kernel"),
        BYTES,
        Duration.ofMinutes(60),
        "several minutes");
  }
}
