package org.malassay.experiments.benchmark;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.malassay.behavior.Facet;
import org.malassay.environment.Environment;
import org.malassay.environment.Guest;
import org.malassay.environment.Libraries;
import org.malassay.environment.Limits;
import org.malassay.environment.Opening;
import org.malassay.environments.host.Tools;
import org.malassay.options.Options;
import org.malassay.sample.Sample;

/**
 * What it costs to supply a guest: the time in which a sample for soft-float is put in together
 * with its loader and glibc, 1.7 MB, less the time in which it is put in alone. {@code
 * -Dbenchmark.turns=10} guests of each kind and environment.
 */
final class LibrariesBenchmark {
  private static final int TURNS = Integer.getInteger("benchmark.turns", 10);
  private static final double MS = 1e6;
  private static final Limits LIMITS =
      new Limits(Duration.ofSeconds(10), 1 << 20, 512L << 20, 64, 1, 64L << 20);

  private LibrariesBenchmark() {}

  static void run(PrintStream out) throws Exception {
    try (Workbench bench = Workbench.open()) {
      Sample sample = Workbench.sample(program(bench.folder()));
      measure("container", sample, "at most 100", out);
      measure("raspbian", sample, "at most 700", out);
    }
  }

  private static Path program(Path folder) throws IOException {
    Files.writeString(folder.resolve("exits.c"), "int main(void) { return 7; }");
    Tools.run(
        List.of("arm-linux-gnueabi-gcc", "-o", "exits", "exits.c"),
        folder,
        Duration.ofMinutes(1),
        line -> {});
    return folder.resolve("exits");
  }

  private static void measure(String environment, Sample sample, String asked, PrintStream out)
      throws Exception {
    double[] alone = puts(environment, sample, Map.of("libraries", "none"));
    double[] supplied = puts(environment, sample, Map.of("libraries", "supply"));
    out.printf(
        Locale.ROOT,
        "%-10s %d guests: the sample alone %.0f ms, supplied %.0f ms; libraries: %.0f ms (%s)%n",
        environment,
        TURNS,
        Workbench.median(alone),
        Workbench.median(supplied),
        Workbench.median(supplied) - Workbench.median(alone),
        asked);
  }

  /** Recorded as by default, so that the template is that of every run. */
  private static Opening opening(Map<String, String> options) {
    return new Opening(Options.of(options), LIMITS, "benchmark", EnumSet.allOf(Facet.class));
  }

  private static double[] puts(String name, Sample sample, Map<String, String> options)
      throws Exception {
    double[] took = new double[TURNS];
    try (Environment environment = Workbench.provider(name).open(opening(options))) {
      for (int i = 0; i < TURNS; i++) {
        try (Guest guest = environment.start()) {
          long start = System.nanoTime();
          guest.put(sample);
          took[i] = (System.nanoTime() - start) / MS;
          int added = guest.libraries().map(Libraries::added).orElse(List.of()).size();
          if (added != (options.containsValue("supply") ? 2 : 0)) {
            throw new IllegalStateException("put in besides the sample: %d files".formatted(added));
          }
        }
      }
    }
    return took;
  }
}
