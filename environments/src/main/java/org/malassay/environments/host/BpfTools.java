package org.malassay.environments.host;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What compiles programs for kernels, and the programs that load them. */
public final class BpfTools {
  /** Where the packages put libbpf's headers. */
  private static final Path HEADERS = Path.of("/usr/include/bpf/bpf_helpers.h");

  private BpfTools() {}

  /**
   * The Debian packages that must be installed for it; empty when none is missing.
   *
   * @param machines the architectures of the programs beside, as kernels name them
   */
  public static List<String> missing(List<String> machines) {
    List<String> missing = new ArrayList<>();
    if (!Tools.isInstalled("clang")) {
      missing.add("clang");
    }
    if (!Tools.isInstalled("bpftool")) {
      missing.add("bpftool");
    }
    if (!Files.exists(HEADERS)) {
      missing.add("libbpf-dev");
    }
    for (String machine : machines) {
      if (Tools.compilerFor(machine).isEmpty()) {
        missing.add(Tools.compilerPackageFor(machine));
      }
    }
    return missing;
  }
}
