package org.malassay.experiments.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.malassay.reports.Remake;

/**
 * How long the reports of a large run take, in a Java of their own with a small heap: {@code
 * report.html} alone, and all that a run makes. {@code -Dbenchmark.samples=10000
 * -Dbenchmark.rounds=3 -Dbenchmark.heap=512m} are the defaults.
 */
final class ReportsBenchmark {
  private static final int SAMPLES = Integer.getInteger("benchmark.samples", 10_000);
  private static final int ROUNDS = Integer.getInteger("benchmark.rounds", 3);
  private static final String HEAP = System.getProperty("benchmark.heap", "512m");
  private static final double SECOND = 1e9;

  private ReportsBenchmark() {}

  static void run(PrintStream out) throws Exception {
    try (Workbench bench = Workbench.open()) {
      RunOfBots.Made made = RunOfBots.make(bench.folder(), SAMPLES);
      out.printf(
          Locale.ROOT,
          "%s, load %s%n%d samples in %d environments: %d rows, %.1f million events, journal of"
              + " %.0f MB%n",
          Workbench.machine(),
          Workbench.load(),
          SAMPLES,
          RunOfBots.ENVIRONMENTS.size(),
          made.rows(),
          made.events() / 1e6,
          Files.size(made.run().resolve("journal.jsonl")) / 1e6);
      measure("report.html alone", List.of(made.run().toString(), "html"), out);
      out.printf(
          Locale.ROOT,
          "report.html: %.1f MB%n",
          Files.size(made.run().resolve("report.html")) / 1e6);
      measure("all reports of a run", List.of(made.run().toString()), out);
    }
  }

  private static void measure(String what, List<String> arguments, PrintStream out)
      throws IOException, InterruptedException {
    double[] seconds = new double[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      seconds[round] = remake(arguments, out);
    }
    out.printf(
        Locale.ROOT,
        "%s: %.1f s, median of %d (least %.1f, most %.1f), in a heap of %s%n",
        what,
        Workbench.median(seconds),
        ROUNDS,
        Arrays.stream(seconds).min().orElseThrow(),
        Arrays.stream(seconds).max().orElseThrow(),
        HEAP);
  }

  /** Seconds from the start of a Java to its end. */
  private static double remake(List<String> arguments, PrintStream out)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx" + HEAP, "-cp", classPath(), ReportsBenchmark.class.getName()));
    command.addAll(arguments);
    long start = System.nanoTime();
    Process java = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said;
    try {
      said = new String(java.getInputStream().readAllBytes(), UTF_8);
      if (java.waitFor() != 0) {
        throw new IOException("the reports were not made: " + said);
      }
    } finally {
      java.destroyForcibly();
    }
    double seconds = (System.nanoTime() - start) / SECOND;
    out.printf(
        Locale.ROOT,
        "  %.1f s, %s%n",
        seconds,
        said.strip().lines().reduce((a, b) -> b).orElse(""));
    return seconds;
  }

  /** Maven runs this from a class loader of its own. */
  private static String classPath() {
    return ReportsBenchmark.class.getClassLoader() instanceof URLClassLoader loader
        ? Arrays.stream(loader.getURLs())
            .map(url -> Path.of(URI.create(url.toString())).toString())
            .collect(Collectors.joining(File.pathSeparator))
        : System.getProperty("java.class.path");
  }

  /** What runs in the small heap; says last how much memory all of that Java took at most. */
  public static void main(String[] arguments) throws IOException {
    Remake.main(arguments);
    System.out.println(
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("VmHWM"))
            .map(line -> line.replaceAll("VmHWM:\\s*", "at most ") + " resident")
            .findFirst()
            .orElse(""));
  }
}
