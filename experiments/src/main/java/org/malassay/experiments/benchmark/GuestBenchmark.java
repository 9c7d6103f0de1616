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
 * What a guest costs that is a clone of a machine, in the ways of one subject. Of a Raspberry Pi
 * guest, by the agent's session and by SSH in one run: how long a fresh clone takes until its
 * sample's first instruction, and a cold boot; how many samples a second when all of them run into
 * the limit; what they cost beside their own time, in processor time and in memory; all that by the
 * agent without a recording and without an Internet, too. Last, what a recording costs a program of
 * 10,000 system calls ({@link RecordedCalls}).
 *
 * <p>Of a container on an ARM kernel, the same without SSH, the cold boot and the program of calls.
 *
 * <p>{@code mvn test -Dbenchmark=raspbian,container-arm}; {@code -Dbenchmark.fresh=11
 * -Dbenchmark.cold=1 -Dbenchmark.side=16,32 -Dbenchmark.turns=6} are the defaults. By SSH a third
 * of the turns are measured: there the processors are the bottleneck from the first sample on, and
 * the times in which fewer guests run, at the beginning and the end, are a small part of the whole.
 */
final class GuestBenchmark {
  private static final String START = "raspbian.start";
  private static final String SESSION = "raspbian.session";

  /**
   * A way to run samples: what is recorded, and what guests find.
   *
   * @param name in the table's head
   * @param own options of the environment
   */
  private record Way(String name, String recorded, String internet, Map<String, String> own) {
    static final String PLAIN = ", `-Drecord=none -Dinternet=none`";

    static Way full(String name, Map<String, String> own) {
      return new Way(name, "all", "simulated", own);
    }

    static Way plain(String name, Map<String, String> own) {
      return new Way(name + PLAIN, "none", "none", own);
    }

    Map<String, String> options() {
      Map<String, String> options = new LinkedHashMap<>(own);
      options.put(InternetOptions.INTERNET.name(), internet);
      return options;
    }

    Set<Facet> facets() {
      return recorded.equals("all") ? EnumSet.allOf(Facet.class) : Set.of();
    }

    boolean isBySsh() {
      return own.containsValue("ssh");
    }

    @Override
    public String toString() {
      return "%s (-Drecord=%s -Dinternet=%s)".formatted(name, recorded, internet);
    }
  }

  /**
   * What is measured.
   *
   * @param benchmark its name for {@code -Dbenchmark}
   * @param head of the table's first column
   * @param boots whether a cold boot and a program of 10,000 calls are measured, too
   * @param askedRate what is asked of the first instruction, of samples a second by how many are side
   *     by side, and of memory
   */
  private record Subject(
      String benchmark,
      String environment,
      String head,
      List<Way> ways,
      boolean boots,
      String askedFirst,
      Map<Integer, String> askedRate,
      String askedMemory) {
    static final Subject RASPBIAN =
        new Subject(
            "raspbian",
            "raspbian",
            "raspbian, by `-Draspbian.session=`",
            List.of(
                Way.full("agent", Map.of(START, "clone", SESSION, "agent")),
                Way.plain("agent", Map.of(START, "clone", SESSION, "agent")),
                Way.full("ssh", Map.of(START, "clone", SESSION, "ssh"))),
            true,
            "at most 0.4",
            Map.of(16, "at least 1.3", 32, "at least 2.0"),
            "at most 64");

    static final Subject CONTAINER =
        new Subject(
            "container-arm",
            "container",
            "container, `-Dcontainer.kernel=arm`",
            List.of(
                Way.full("as users have it", Map.of("container.kernel", "arm")),
                Way.plain("the verdict alone", Map.of("container.kernel", "arm"))),
            false,
            "at most 1.0",
            Map.of(16, "at least 0.8"),
            "at most 100");
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

  private final Subject subject;

  private GuestBenchmark(Subject subject) {
    this.subject = subject;
  }

  private static List<Integer> numbers(String text) {
    return Pattern.compile(",")
        .splitAsStream(text)
        .map(String::strip)
        .map(Integer::valueOf)
        .toList();
  }

  /** That of a Raspberry Pi guest. */
  static void ofRaspbian(PrintStream out) throws Throwable {
    run(Subject.RASPBIAN, out);
  }

  /** That of a container on an ARM kernel. */
  static void ofContainers(PrintStream out) throws Throwable {
    run(Subject.CONTAINER, out);
  }

  private static void run(Subject subject, PrintStream out) throws Throwable {
    try (Workbench bench = Workbench.open()) {
      new GuestBenchmark(subject).measure(bench, new Table(subject, out));
    }
  }

  private void measure(Workbench bench, Table table) throws Throwable {
    Sample nothing = Workbench.sample(bench.copies("exits-0", 1).resolve("copy-00000"));
    Map<Way, Fresh> clones = new LinkedHashMap<>();
    for (Way way : subject.ways) {
      Fresh clone = fresh(way.options(), way.facets(), FRESH, nothing, bench.folder());
      clone.print("a clone, " + way, table.out());
      clones.put(way, clone);
    }
    Fresh boot = new Fresh(new LinkedHashMap<>());
    if (subject.boots) {
      boot = fresh(Map.of(START, "boot"), Set.of(), BOOTS, nothing, bench.folder());
      boot.print("the cold boot of the same image", table.out());
    }
    double booted = boot.of(Fresh.FIRST);
    Map<Integer, Map<Way, Corpus>> corpora = new LinkedHashMap<>();
    for (int side : SIDE) {
      Map<Way, Corpus> of = new LinkedHashMap<>();
      for (Way way : subject.ways) {
        int turns = way.isBySsh() ? Math.max(1, TURNS / SSH_SHARE) : TURNS;
        of.put(way, corpus(bench, way, side, turns * side));
        table.out().printf("%s, %d side by side: %s%n", way, side, of.get(way));
      }
      corpora.put(side, of);
    }
    table.head();
    table.row(
        "fresh guest to its sample's first instruction, s, median of %d".formatted(FRESH),
        subject.askedFirst,
        way -> clones.get(way).of(Fresh.FIRST));
    if (subject.boots) {
      table.row(
          "the same by a cold boot (SSH is its session), s, median of %d".formatted(BOOTS),
          "",
          way -> way.isBySsh() ? booted : Double.NaN);
    }
    corpora.forEach((side, of) -> rows(table, side, of));
    if (subject.boots) {
      RecordedCalls.run(subject.environment, table.out());
    }
  }

  private void rows(Table table, int side, Map<Way, Corpus> of) {
    String among = ", %d side by side".formatted(side);
    table.row(
        "samples a second at the limit of %d s%s (of %s)"
            .formatted(
                LIMITS.time().toSeconds(),
                among,
                subject.ways.stream()
                    .map(way -> Integer.toString(of.get(way).samples))
                    .collect(Collectors.joining(", "))),
        subject.askedRate.getOrDefault(side, ""),
        way -> of.get(way).perSecond());
    table.row(
        "processor time a sample, of the whole host, s" + among,
        "",
        way -> of.get(way).processorSeconds());
    table.row("overhead_ms, median" + among, "", way -> of.get(way).overheadMs);
    table.row(
        "memory a guest, MiB of proportional set size" + among,
        subject.askedMemory,
        way -> of.get(way).memory.pssMiB());
  }

  /** The rows of the README's table. */
  private record Table(Subject subject, PrintStream out) {
    void head() throws IOException {
      out.printf(
          "%n`mvn -q test -Dbenchmark=%s` on %s:%n%n| %s | %s | asked |%n|%s---|---|%n",
          subject.benchmark,
          Workbench.machine(),
          subject.head,
          subject.ways.stream().map(Way::name).collect(Collectors.joining(" | ")),
          "---|".repeat(subject.ways.size()));
    }

    void row(String name, String asked, ToDoubleFunction<Way> value) {
      String cells =
          subject.ways.stream()
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

  private Fresh fresh(
      Map<String, String> options, Set<Facet> recorded, int rounds, Sample sample, Path work)
      throws Exception {
    Fresh fresh = new Fresh(new LinkedHashMap<>());
    try (Environment opened =
        Workbench.provider(subject.environment)
            .open(new Opening(Options.of(options), LIMITS, "benchmark", recorded))) {
      for (int i = options.containsValue("boot") ? 0 : -1; i < rounds; i++) {
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
  private Corpus corpus(Workbench bench, Way way, int side, int count) throws Throwable {
    Path samples = bench.copies("runs-for-ever", count);
    Path runs = Files.createTempDirectory(bench.folder(), "runs");
    Experiment experiment =
        Experiment.on(samples)
            .in(subject.environment)
            .option(RunOptions.GUESTS, Integer.toString(side))
            .option(RunOptions.OUT, runs.toString())
            .option(RunOptions.RECORD, way.recorded)
            .option(InternetOptions.INTERNET, way.internet)
            .printingTo(new PrintStream(OutputStream.nullOutputStream(), false, UTF_8));
    for (Map.Entry<String, String> own : way.own.entrySet()) {
      experiment =
          experiment.option(Workbench.option(subject.environment, own.getKey()), own.getValue());
    }
    List<DynamicNode> tests = experiment.tests().toList();
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
