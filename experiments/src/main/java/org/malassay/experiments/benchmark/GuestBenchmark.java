package org.malassay.experiments.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DynamicNode;
import org.malassay.behavior.EventSink;
import org.malassay.behavior.Facet;
import org.malassay.environment.Environment;
import org.malassay.environment.Evidence;
import org.malassay.environment.Execution;
import org.malassay.environment.Guest;
import org.malassay.environment.Limits;
import org.malassay.environment.Opening;
import org.malassay.environment.Order;
import org.malassay.environments.internet.InternetOptions;
import org.malassay.experiment.Experiment;
import org.malassay.experiment.RunOptions;
import org.malassay.options.Options;
import org.malassay.run.Result;
import org.malassay.run.RunDirectory;
import org.malassay.sample.Sample;
import org.malassay.verdict.Verdict.Outcome;

/**
 * What a Raspberry Pi guest costs, by the agent's session and by SSH in one run: how long a fresh
 * clone takes until its sample's first instruction, and a cold boot; how many samples a second when
 * all of them run into the limit; what they cost beside their own time, in processor time and in
 * memory; all that by the agent without a recording and without an Internet, too. Last, what a
 * recording costs a program of 10,000 system calls ({@link RecordedCalls}).
 *
 * <p>{@code mvn test -Dbenchmark=raspbian}; {@code -Dbenchmark.fresh=11 -Dbenchmark.cold=1
 * -Dbenchmark.side=16,32 -Dbenchmark.turns=6} are the defaults. By SSH a third of the turns are
 * measured: there the processors are the bottleneck from the first sample on, and the times in
 * which fewer guests run, at the beginning and the end, are a small part of the whole.
 */
final class GuestBenchmark {
  private static final String NAME = "raspbian";
  private static final String START = "raspbian.start";
  private static final String SESSION = "raspbian.session";
  private static final String INTERNET = InternetOptions.INTERNET.name();

  /** A way to run samples: who speaks with the guest, what is recorded, and what it finds. */
  private record Way(String session, String recorded, String internet) {
    static final Way AGENT = new Way("agent", "all", "simulated");
    static final Way PLAIN = new Way("agent", "none", "none");
    static final Way SSH = new Way("ssh", "all", "simulated");
    static final List<Way> ALL = List.of(AGENT, PLAIN, SSH);

    Map<String, String> options() {
      return Map.of(START, "clone", SESSION, session, INTERNET, internet);
    }

    Set<Facet> facets() {
      return recorded.equals("all") ? EnumSet.allOf(Facet.class) : Set.of();
    }

    @Override
    public String toString() {
      return "session %s, -Drecord=%s -Dinternet=%s".formatted(session, recorded, internet);
    }
  }

  private static final int FRESH = Integer.getInteger("benchmark.fresh", 11);
  private static final int BOOTS = Integer.getInteger("benchmark.cold", 1);
  private static final List<Integer> SIDE = numbers(System.getProperty("benchmark.side", "16,32"));
  private static final int TURNS = Integer.getInteger("benchmark.turns", 6);
  private static final int SSH_SHARE = 3;
  private static final Limits LIMITS =
      new Limits(Duration.ofSeconds(10), 1 << 20, 256 << 20, 128, 1, 64 << 20);
  private static final Pattern READY = Pattern.compile("the guest was ready after: (.*)");
  private static final Pattern STEP = Pattern.compile("([^,]+?) (\\d+) ms(?:, )?");

  private GuestBenchmark() {}

  private static List<Integer> numbers(String text) {
    return Pattern.compile(",")
        .splitAsStream(text)
        .map(String::strip)
        .map(Integer::valueOf)
        .toList();
  }

  /** Runs it. */
  static void run(PrintStream out) throws Throwable {
    try (Workbench bench = Workbench.open()) {
      new GuestBenchmark().measure(bench, new Table(out));
    }
  }

  private void measure(Workbench bench, Table table) throws Throwable {
    Sample nothing = Workbench.sample(bench.copies("exits-0", 1).resolve("copy-00000"));
    Map<Way, Fresh> clones = new LinkedHashMap<>();
    for (Way way : Way.ALL) {
      Fresh clone = fresh(way.options(), way.facets(), FRESH, nothing, bench.folder());
      clone.print("a clone, " + way, table.out());
      clones.put(way, clone);
    }
    Fresh boot = fresh(Map.of(START, "boot"), Set.of(), BOOTS, nothing, bench.folder());
    boot.print("the cold boot of the same image", table.out());
    Map<Integer, Map<Way, Corpus>> corpora = new LinkedHashMap<>();
    for (int side : SIDE) {
      Map<Way, Corpus> of = new LinkedHashMap<>();
      for (Way way : Way.ALL) {
        int turns = way.equals(Way.SSH) ? Math.max(1, TURNS / SSH_SHARE) : TURNS;
        of.put(way, corpus(bench, way, side, turns * side));
        table.out().printf("%s, %d side by side: %s%n", way, side, of.get(way));
      }
      corpora.put(side, of);
    }
    table.head();
    table.row(
        "fresh guest to its sample's first instruction, s, median of %d".formatted(FRESH),
        "at most 0.4",
        way -> clones.get(way).of(Fresh.FIRST));
    table.row(
        "the same by a cold boot (SSH is its session), s, median of %d".formatted(BOOTS),
        "",
        way -> way.equals(Way.SSH) ? boot.of(Fresh.FIRST) : Double.NaN);
    corpora.forEach((side, of) -> rows(table, side, of));
    RecordedCalls.run(NAME, table.out());
  }

  private static void rows(Table table, int side, Map<Way, Corpus> of) {
    String among = ", %d side by side".formatted(side);
    table.row(
        "samples a second at the limit of %d s%s (%d by the agent, %d by SSH)"
            .formatted(
                LIMITS.time().toSeconds(),
                among,
                of.get(Way.AGENT).samples,
                of.get(Way.SSH).samples),
        side == 16 ? "at least 1.3" : side == 32 ? "at least 2.0" : "",
        way -> of.get(way).perSecond());
    table.row(
        "processor time a sample, of the whole host, s" + among,
        "",
        way -> of.get(way).processorSeconds());
    table.row("overhead_ms, median" + among, "", way -> of.get(way).overheadMs);
    table.row(
        "memory a guest, MiB of proportional set size" + among,
        "at most 64",
        way -> of.get(way).memory.pssMiB());
  }

  /** The rows of the README's table. */
  private record Table(PrintStream out) {
    void head() throws IOException {
      out.printf(
          "%n`mvn -q test -Dbenchmark=raspbian` on %s:%n%n"
              + "| raspbian, by `-Draspbian.session=` | agent | agent, `-Drecord=none -Dinternet=none` | ssh |"
              + " asked"
              + " |%n|---|---|---|---|---|%n",
          Workbench.machine());
    }

    void row(String name, String asked, ToDoubleFunction<Way> value) {
      String cells =
          Way.ALL.stream()
              .map(way -> cell(value.applyAsDouble(way)))
              .collect(Collectors.joining(" | "));
      out.printf("| %s | %s | %s |%n", name, cells, asked);
    }

    private static String cell(double value) {
      return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.2f", value);
    }
  }

  /** The medians of some guests, in seconds since the start of each, in the order of the steps. */
  private record Fresh(Map<String, List<Double>> steps) {
    static final String FIRST = "first instruction of the sample";

    void note(String step, double seconds) {
      steps.computeIfAbsent(step, name -> new ArrayList<>()).add(seconds);
    }

    double of(String step) {
      return Workbench.median(
          steps.getOrDefault(step, List.of()).stream().mapToDouble(d -> d).toArray());
    }

    void print(String name, PrintStream out) {
      out.printf("%n%s, medians of %d:%n", name, steps.getOrDefault(FIRST, List.of()).size());
      steps.keySet().forEach(s -> out.printf(Locale.ROOT, "  %6.2f s  %s%n", of(s), s));
    }
  }

  private static Fresh fresh(
      Map<String, String> options, Set<Facet> recorded, int rounds, Sample sample, Path work)
      throws Exception {
    Fresh fresh = new Fresh(new LinkedHashMap<>());
    try (Environment opened =
        Workbench.provider(NAME)
            .open(new Opening(Options.of(options), LIMITS, "benchmark", recorded))) {
      for (int i = options.containsValue("clone") ? -1 : 0; i < rounds; i++) {
        Fresh into = i < 0 ? new Fresh(new LinkedHashMap<>()) : fresh; // the first one warms up
        one(opened, sample, into, Files.createTempDirectory(work, "evidence"));
      }
    }
    return fresh;
  }

  /**
   * Takes the first instruction's time from the message that the sample has ended, less the time
   * that the sample took. The message's own way is included, so the time is never too early.
   */
  private static void one(Environment environment, Sample sample, Fresh into, Path folder)
      throws Exception {
    long start = System.nanoTime();
    try (Guest guest = environment.start()) {
      double ready = since(start);
      guest.put(sample);
      double delivered = since(start);
      Execution execution = guest.run(Order.of(), EventSink.NONE);
      double ended = since(start);
      guest.collect(new Evidence(folder));
      steps(folder).forEach(into::note);
      into.note("ready", ready);
      into.note("sample delivered", delivered);
      into.note(Fresh.FIRST, ended - execution.duration().toNanos() / 1e9);
      into.note("its end told: " + execution.ending(), ended);
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

  /**
   * A run of samples that all end at the limit.
   *
   * @param busySeconds of all processors, whatever ran on them
   */
  private record Corpus(
      int samples,
      double seconds,
      double busySeconds,
      double overheadMs,
      MachineMemory.Seen memory) {
    double perSecond() {
      return samples / seconds;
    }

    double processorSeconds() {
      return busySeconds / samples;
    }
  }

  /** A run with all that belongs to it. Opening the environment is not counted. */
  private static Corpus corpus(Workbench bench, Way way, int side, int count) throws Throwable {
    Path samples = bench.copies("runs-for-ever", count);
    Path runs = Files.createTempDirectory(bench.folder(), "runs");
    List<DynamicNode> tests =
        Experiment.on(samples)
            .in(NAME)
            .option(RunOptions.GUESTS, Integer.toString(side))
            .option(RunOptions.OUT, runs.toString())
            .option(Workbench.option(NAME, SESSION), way.session)
            .option(RunOptions.RECORD, way.recorded)
            .option(InternetOptions.INTERNET, way.internet)
            .printingTo(new PrintStream(OutputStream.nullOutputStream(), false, UTF_8))
            .tests()
            .toList();
    MachineMemory memory = new MachineMemory();
    ScheduledExecutorService sampler = Executors.newSingleThreadScheduledExecutor();
    double busy = Workbench.busySeconds();
    long start = System.nanoTime();
    double seconds;
    try {
      var unused = sampler.scheduleAtFixedRate(memory::look, 1, 1, TimeUnit.SECONDS);
      Workbench.execute(tests);
      seconds = since(start);
      busy = Workbench.busySeconds() - busy;
    } finally {
      sampler.shutdown();
      sampler.awaitTermination(1, TimeUnit.MINUTES);
    }
    List<Result> results = new ArrayList<>();
    RunDirectory.open(runs.resolve("latest")).forEachResult(results::add);
    if (results.size() != count
        || results.stream().anyMatch(r -> r.verdict().outcome() != Outcome.EXECUTABLE)) {
      throw new IllegalStateException(
          "the samples did not all run to the limit: "
              + results.stream().map(Result::verdict).distinct().toList());
    }
    double overhead = Workbench.median(results.stream().mapToDouble(Result::overheadMs).toArray());
    return new Corpus(count, seconds, busy, overhead, memory.seen());
  }
}
