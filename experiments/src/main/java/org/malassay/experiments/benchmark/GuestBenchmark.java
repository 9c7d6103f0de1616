package org.malassay.experiments.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.malassay.behavior.EventSink;
import org.malassay.environment.Environment;
import org.malassay.environment.Evidence;
import org.malassay.environment.Execution;
import org.malassay.environment.Guest;
import org.malassay.environment.Limits;
import org.malassay.environment.Opening;
import org.malassay.environment.Order;
import org.malassay.experiment.Experiment;
import org.malassay.experiment.RunOptions;
import org.malassay.options.Options;
import org.malassay.run.RunDirectory;
import org.malassay.sample.Sample;
import org.malassay.verdict.Verdict.Outcome;

/**
 * What a machine under QEMU costs: how long a fresh guest takes until the first command in it has
 * been executed, cloned and booted; how many samples a second when all of them run into the limit;
 * and how much memory a guest takes among as many.
 *
 * <p>{@code mvn test -Dbenchmark=raspbian}; {@code -Dbenchmark.fresh=11 -Dbenchmark.cold=3
 * -Dbenchmark.corpus=96 -Dbenchmark.side=16} are the defaults.
 */
final class GuestBenchmark {
  private static final int FRESH = Integer.getInteger("benchmark.fresh", 11);
  private static final int BOOTS = Integer.getInteger("benchmark.cold", 3);
  private static final int CORPUS = Integer.getInteger("benchmark.corpus", 96);
  private static final int SIDE = Integer.getInteger("benchmark.side", 16);
  private static final Limits LIMITS =
      new Limits(Duration.ofSeconds(10), 1 << 20, 256 << 20, 128, 1, 64 << 20);
  private static final Pattern READY = Pattern.compile("the guest was ready after: (.*)");
  private static final Pattern STEP = Pattern.compile("([^,]+?) (\\d+) ms(?:, )?");
  private static final Pattern PSS = Pattern.compile("Pss:\\s+(\\d+) kB");
  private static final double KIB_A_MIB = 1024;

  private final String environment;
  private final String startOption;

  /**
   * @param environment its name
   * @param startOption the option whose values {@code clone} and {@code boot} tell how guests start
   */
  GuestBenchmark(String environment, String startOption) {
    this.environment = environment;
    this.startOption = startOption;
  }

  void run(PrintStream out) throws Throwable {
    out.printf("%s%n", Workbench.machine());
    try (Workbench bench = Workbench.open()) {
      Path program = bench.folder().resolve("command");
      Files.writeString(program, "#!/bin/sh\nexit 0\n");
      Fresh clone = fresh("clone", FRESH, program, bench.folder());
      clone.print("a clone", out);
      Fresh boot = fresh("boot", BOOTS, program, bench.folder());
      boot.print("the cold boot of the same image", out);
      Corpus corpus = corpus(bench);
      out.printf(Locale.ROOT, "%n%-66s %9s  %s%n", "", "measured", "target");
      row(out, "fresh guest to its first command executed, s", clone.command(), "at most 1.2");
      row(out, "the same by a cold boot, s", boot.command(), "");
      row(out, "times faster", boot.command() / clone.command(), "at least 30");
      row(
          out,
          "samples a second, each at the limit of 10 s, %d side by side".formatted(SIDE),
          corpus.perSecond,
          "at least 1.2 on 2 cores");
      row(
          out,
          "memory a guest among %d, MiB of proportional set size".formatted(SIDE),
          corpus.pssMiB,
          "at most 64");
    }
  }

  private static void row(PrintStream out, String name, double value, String target) {
    out.printf(Locale.ROOT, "%-66s %9.2f  %s%n", name, value, target);
  }

  /** The medians of some guests, in seconds since the start of each, in the order of the steps. */
  private record Fresh(Map<String, List<Double>> steps) {
    static final String COMMAND = "first command executed";

    void note(String step, double seconds) {
      steps.computeIfAbsent(step, name -> new ArrayList<>()).add(seconds);
    }

    double of(String step) {
      return Workbench.median(
          steps.getOrDefault(step, List.of()).stream().mapToDouble(d -> d).toArray());
    }

    double command() {
      return of(COMMAND);
    }

    void print(String name, PrintStream out) {
      out.printf("%n%s, medians of %d:%n", name, steps.getOrDefault(COMMAND, List.of()).size());
      steps.keySet().forEach(s -> out.printf(Locale.ROOT, "  %6.2f s  %s%n", of(s), s));
    }
  }

  private Fresh fresh(String start, int rounds, Path program, Path work) throws Exception {
    Sample sample = Workbench.sample(program);
    Fresh fresh = new Fresh(new LinkedHashMap<>());
    try (Environment opened =
        Workbench.provider(environment)
            .open(new Opening(Options.of(Map.of(startOption, start)), LIMITS, "benchmark"))) {
      for (int i = start.equals("clone") ? -1 : 0; i < rounds; i++) {
        Fresh into = i < 0 ? new Fresh(new LinkedHashMap<>()) : fresh; // the first one warms up
        one(opened, sample, into, Files.createTempDirectory(work, "evidence"));
      }
    }
    return fresh;
  }

  private static void one(Environment environment, Sample sample, Fresh into, Path folder)
      throws Exception {
    long start = System.nanoTime();
    try (Guest guest = environment.start()) {
      double ready = since(start);
      guest.put(sample); // by a command of its own in the guest
      double command = since(start);
      Execution execution = guest.run(Order.of(), EventSink.NONE);
      double ran = since(start);
      guest.collect(new Evidence(folder));
      steps(folder).forEach(into::note);
      into.note("ready", ready);
      into.note(Fresh.COMMAND, command);
      into.note("sample run to its end: " + execution.ending(), ran);
    }
  }

  /** What the environment itself says of how the guest came to be. */
  private static Map<String, Double> steps(Path evidence) throws IOException {
    Map<String, Double> steps = new LinkedHashMap<>();
    Matcher ready = READY.matcher(Files.readString(evidence.resolve("host.txt")));
    if (ready.find()) {
      for (Matcher step = STEP.matcher(ready.group(1)); step.find(); ) {
        steps.put(step.group(1), Double.parseDouble(step.group(2)) / 1000);
      }
    }
    return steps;
  }

  private static double since(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private record Corpus(double perSecond, double pssMiB) {}

  /** A run with all that belongs to it. Opening the environment is not counted. */
  private Corpus corpus(Workbench bench) throws Throwable {
    Path samples = bench.copies("runs-for-ever", CORPUS);
    Path runs = bench.folder().resolve("runs");
    List<DynamicNode> tests =
        Experiment.on(samples)
            .in(environment)
            .option(RunOptions.GUESTS, Integer.toString(SIDE))
            .option(RunOptions.OUT, runs.toString())
            .printingTo(new PrintStream(OutputStream.nullOutputStream(), false, UTF_8))
            .tests()
            .toList();
    List<Double> pss = new ArrayList<>();
    ScheduledExecutorService sampler = Executors.newSingleThreadScheduledExecutor();
    long start = System.nanoTime();
    double seconds;
    try {
      var unused =
          sampler.scheduleAtFixedRate(() -> pssOfAll().ifPresent(pss::add), 1, 1, TimeUnit.SECONDS);
      Workbench.execute(tests);
      seconds = since(start);
    } finally {
      sampler.shutdown();
      sampler.awaitTermination(1, TimeUnit.MINUTES);
    }
    RunDirectory run = RunDirectory.open(runs.resolve("latest"));
    List<Outcome> outcomes = new ArrayList<>();
    run.forEachResult(result -> outcomes.add(result.verdict().outcome()));
    if (outcomes.size() != CORPUS || outcomes.stream().anyMatch(o -> o != Outcome.EXECUTABLE)) {
      throw new IllegalStateException("the samples did not all run to the limit: " + outcomes);
    }
    double[] seen = pss.stream().mapToDouble(d -> d).toArray();
    return new Corpus(CORPUS / seconds, seen.length == 0 ? Double.NaN : Workbench.median(seen));
  }

  /** The mean of the machines that run just now; empty while they are not all there. */
  private static Optional<Double> pssOfAll() {
    List<Double> each =
        ProcessHandle.current()
            .descendants()
            .filter(it -> it.info().command().orElse("").contains("qemu-system-"))
            .flatMap(it -> pss(it.pid()).stream())
            .toList();
    return each.size() < SIDE
        ? Optional.empty()
        : Optional.of(each.stream().mapToDouble(d -> d).average().orElseThrow());
  }

  private static Optional<Double> pss(long process) {
    try (Stream<String> lines =
        Files.lines(Path.of("/proc", Long.toString(process), "smaps_rollup"))) {
      return lines
          .map(PSS::matcher)
          .filter(Matcher::matches)
          .map(line -> Double.parseDouble(line.group(1)) / KIB_A_MIB)
          .findFirst();
    } catch (IOException e) {
      return Optional.empty(); // it has just ended
    }
  }
}
