package org.malassay.experiments.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DynamicNode;
import org.malassay.environments.internet.InternetOptions;
import org.malassay.experiment.Experiment;
import org.malassay.experiment.RunOptions;
import org.malassay.run.Median;
import org.malassay.run.Result;
import org.malassay.run.RunDirectory;
import org.malassay.verdict.Verdict.Outcome;

/**
 * What a sample costs beyond its own time: the framework against a plain loop of the docker command
 * that does the same work, the thesis's way. Both run the same samples on the same image in turns;
 * each round gives one figure a way, and the medians and their ratios are printed: with nothing
 * recorded and no Internet, with one of both, with both, and that side by side. Last, what a
 * recording costs a program of 10,000 system calls ({@link RecordedCalls}).
 *
 * <p>{@code mvn test -Dbenchmark=container}; {@code -Dbenchmark.samples=20 -Dbenchmark.rounds=5
 * -Dbenchmark.guests=4} are the defaults.
 */
final class OverheadBenchmark {
  private static final int SAMPLES = Integer.getInteger("benchmark.samples", 20);
  private static final int ROUNDS = Integer.getInteger("benchmark.rounds", 5);
  private static final int SIDE_BY_SIDE = Integer.getInteger("benchmark.guests", 4);

  /** A way to run the samples. */
  private enum Way {
    LOOP("plain docker loop", "", "", ""),
    NOTHING("framework, nothing recorded, no Internet", "none", "none", ""),
    RECORDED("framework, recorded, no Internet", "all", "none", ""),
    ALL("framework, recorded, simulated Internet", "all", "simulated", "at most 0.70 of the loop"),
    SIDE("the same, %d guests side by side", "all", "simulated", "at most 0.45 of the loop");

    private final String words;
    private final String recorded;
    private final String internet;
    private final String asked;

    Way(String words, String recorded, String internet, String asked) {
      this.words = words.formatted(SIDE_BY_SIDE);
      this.recorded = recorded;
      this.internet = internet;
      this.asked = asked;
    }
  }

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
    String image = framework(samples, work, Way.NOTHING).image();
    framework(samples, work, Way.ALL);
    Map<Way, List<Round>> rounds = new EnumMap<>(Way.class);
    for (int round = 1; round <= ROUNDS; round++) {
      List<Way> turns = new ArrayList<>(List.of(Way.values()));
      Collections.rotate(turns, round); // what comes first is not always the same
      Map<Way, Round> took = new EnumMap<>(Way.class);
      double own = 0;
      for (Way way : turns) {
        if (way != Way.LOOP) {
          Round one = framework(samples, work, way).round();
          took.put(way, one);
          own = way == Way.NOTHING ? one.own() : own;
        } else {
          took.put(way, new Round(plainLoop(samples, image), 0));
        }
      }
      double samplesOwn = own; // the loop's shell does not tell it
      took.computeIfPresent(Way.LOOP, (way, loop) -> new Round(loop.wall(), samplesOwn));
      took.forEach((way, one) -> rounds.computeIfAbsent(way, it -> new ArrayList<>()).add(one));
      out.printf(
          Locale.ROOT,
          "round %d/%d, ms a sample: %s%n",
          round,
          ROUNDS,
          took.entrySet().stream()
              .map(
                  it ->
                      String.format(Locale.ROOT, "%s %.0f", it.getKey().words, it.getValue().wall))
              .collect(Collectors.joining("; ")));
    }
    print(out, rounds);
  }

  private static void print(PrintStream out, Map<Way, List<Round>> rounds) throws IOException {
    double loop = overhead(rounds, Way.LOOP);
    double nothing = overhead(rounds, Way.NOTHING);
    out.printf(
        Locale.ROOT,
        "%n%s, load %s%n%d samples a round, %d rounds, medians; overhead = wall time less the"
            + " sample's own%n",
        Workbench.machine(),
        Workbench.load(),
        SAMPLES,
        ROUNDS);
    out.printf("%-44s %10s %12s %8s  %s%n", "", "wall ms", "overhead ms", "of loop", "asked");
    rounds.forEach((way, all) -> row(out, way, all, loop));
    out.printf(
        Locale.ROOT,
        "what a sample costs beside nothing recorded and no Internet: recorded %.2f times, with the"
            + " simulated Internet %.2f times (asked: at most 1.15)%n",
        overhead(rounds, Way.RECORDED) / nothing,
        overhead(rounds, Way.ALL) / nothing);
  }

  private static double overhead(Map<Way, List<Round>> rounds, Way way) {
    return median(rounds.getOrDefault(way, List.of()), Round::overhead);
  }

  private static void row(PrintStream out, Way way, List<Round> rounds, double loop) {
    double overhead = median(rounds, Round::overhead);
    out.printf(
        Locale.ROOT,
        "%-44s %10.0f %12.0f %8.2f  %s%n",
        way.words,
        median(rounds, Round::wall),
        overhead,
        overhead / loop,
        way.asked);
  }

  private static double median(List<Round> rounds, ToDoubleFunction<Round> value) {
    return Median.of(rounds.stream().mapToDouble(value)).orElseThrow();
  }

  private record Measured(Round round, String image) {}

  /**
   * One run with everything that belongs to each sample: journal, evidence and reports. Opening the
   * environment, done once for a corpus of any size, is not counted.
   */
  private Measured framework(Path samples, Path work, Way way) throws Throwable {
    int guests = way == Way.SIDE ? SIDE_BY_SIDE : 1;
    Path runs = work.resolve("runs");
    List<DynamicNode> tests =
        Experiment.on(samples)
            .in("container")
            .option(RunOptions.GUESTS, Integer.toString(guests))
            .option(RunOptions.OUT, runs.toString())
            .option(RunOptions.RECORD, way.recorded)
            .option(InternetOptions.INTERNET, way.internet)
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
