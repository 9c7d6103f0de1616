package org.malassay.experiments.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.DynamicNode;
import org.malassay.experiment.Experiment;
import org.malassay.experiment.RunOptions;
import org.malassay.run.Median;
import org.malassay.run.Result;
import org.malassay.run.RunDirectory;
import org.malassay.verdict.Verdict.Outcome;

/**
 * What a sample costs beyond its own time: the framework against a plain loop of the docker command
 * that does the same work, the thesis's way. Both run the same samples on the same image in turns;
 * each round gives one figure a way, and the medians and their ratios are printed. The framework
 * records what it can, but in the row that says otherwise; last, what that costs a program of
 * 10,000 system calls ({@link RecordedCalls}).
 *
 * <p>{@code mvn test -Dbenchmark=container}; {@code -Dbenchmark.samples=20 -Dbenchmark.rounds=5
 * -Dbenchmark.guests=4} are the defaults.
 */
final class OverheadBenchmark {
  private static final int SAMPLES = Integer.getInteger("benchmark.samples", 20);
  private static final int ROUNDS = Integer.getInteger("benchmark.rounds", 5);
  private static final int SIDE_BY_SIDE = Integer.getInteger("benchmark.guests", 4);
  private static final String ALL = "all";
  private static final String NONE = "none";

  /** The wall time of one round, and the time of the samples in it, in milliseconds a sample. */
  private record Round(double wall, double own) {
    double overhead() {
      return wall - own;
    }
  }

  private OverheadBenchmark() {}

  /** Runs it. */
  static void run(PrintStream out) throws Throwable {
    try (Workbench bench = Workbench.open()) {
      new OverheadBenchmark().run(bench, out);
    }
    RecordedCalls.run("container", out);
  }

  private void run(Workbench bench, PrintStream out) throws Throwable {
    Path work = bench.folder();
    Path samples = bench.copies("exits-0", SAMPLES);
    out.printf("warming up%n");
    String image = framework(samples, work, 1, ALL).image();
    List<Round> loop = new ArrayList<>();
    List<Round> plain = new ArrayList<>();
    List<Round> single = new ArrayList<>();
    List<Round> sideBySide = new ArrayList<>();
    for (int round = 1; round <= ROUNDS; round++) {
      Measured one = framework(samples, work, 1, ALL);
      plain.add(framework(samples, work, 1, NONE).round());
      single.add(one.round());
      loop.add(new Round(plainLoop(samples, image), one.round().own()));
      sideBySide.add(framework(samples, work, SIDE_BY_SIDE, ALL).round());
      out.printf(
          Locale.ROOT,
          "round %d/%d: plain loop %.0f ms, one guest %.0f ms (not recorded %.0f), %d guests %.0f ms a"
              + " sample%n",
          round,
          ROUNDS,
          loop.get(round - 1).wall(),
          single.get(round - 1).wall(),
          plain.get(round - 1).wall(),
          SIDE_BY_SIDE,
          sideBySide.get(round - 1).wall());
    }
    print(out, loop, plain, single, sideBySide);
  }

  private void print(
      PrintStream out,
      List<Round> loop,
      List<Round> plain,
      List<Round> single,
      List<Round> sideBySide)
      throws IOException {
    double base = median(loop, Round::overhead);
    out.printf(
        Locale.ROOT,
        "%n%s%n%d samples a round, %d rounds, medians; overhead = wall time less the sample's own%n",
        Workbench.machine(),
        SAMPLES,
        ROUNDS);
    out.printf("%-34s %12s %12s %8s%n", "", "wall ms", "overhead ms", "ratio");
    row(out, "plain docker loop", loop, base);
    row(out, "framework, nothing recorded", plain, base);
    row(out, "framework, one guest at a time", single, base);
    row(out, "framework, %d guests side by side".formatted(SIDE_BY_SIDE), sideBySide, base);
  }

  private static void row(PrintStream out, String name, List<Round> rounds, double base) {
    double overhead = median(rounds, Round::overhead);
    out.printf(
        Locale.ROOT,
        "%-34s %12.0f %12.0f %8.2f%n",
        name,
        median(rounds, Round::wall),
        overhead,
        overhead / base);
  }

  private static double median(List<Round> rounds, ToDoubleFunction<Round> value) {
    return Median.of(rounds.stream().mapToDouble(value)).orElseThrow();
  }

  private record Measured(Round round, String image) {}

  /**
   * One run with everything that belongs to each sample: journal, evidence and reports. Opening the
   * environment, done once for a corpus of any size, is not counted.
   */
  private Measured framework(Path samples, Path work, int guests, String recorded)
      throws Throwable {
    Path runs = work.resolve("runs");
    List<DynamicNode> tests =
        Experiment.on(samples)
            .in("container")
            .option(RunOptions.GUESTS, Integer.toString(guests))
            .option(RunOptions.OUT, runs.toString())
            .option(RunOptions.RECORD, recorded)
            .printingTo(new PrintStream(OutputStream.nullOutputStream(), false, UTF_8))
            .tests()
            .toList();
    long start = System.nanoTime();
    Workbench.execute(tests);
    double wall = (System.nanoTime() - start) / 1e6 / SAMPLES;
    RunDirectory run = RunDirectory.open(runs.resolve("latest"));
    List<Result> results = new ArrayList<>();
    run.forEachResult(results::add);
    double own =
        results.stream().mapToLong(r -> r.durationMs().orElseThrow()).average().orElseThrow();
    // Side by side, the samples' own times overlap as well.
    if (results.stream().anyMatch(r -> r.verdict().outcome() != Outcome.EXECUTABLE)) {
      throw new IllegalStateException("the samples did not run: see " + run.path());
    }
    return new Measured(
        new Round(wall, own / guests), run.header().environments().get("container").get("image"));
  }

  /** The thesis's way, in one shell: a container with nginx, copy, run with a limit, remove. */
  private double plainLoop(Path samples, String image) throws IOException, InterruptedException {
    String script =
        """
        for sample in "$1"/*; do
          id=$(docker run -d --network none "$2")
          docker cp "$sample" "$id:/sample"
          docker exec "$id" timeout 10 /sample
          docker rm -f "$id"
        done
        """;
    long start = System.nanoTime();
    Process shell =
        new ProcessBuilder("bash", "-ec", script, "loop", samples.toString(), image)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (shell.waitFor() != 0) {
      throw new IOException("the plain docker loop failed; is the docker command installed?");
    }
    return (System.nanoTime() - start) / 1e6 / SAMPLES;
  }
}
