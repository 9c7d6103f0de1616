package org.malassay.experiments;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.io.PrintWriter;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.malassay.behavior.Facet;
import org.malassay.run.Result;
import org.malassay.run.RunDirectory;
import org.malassay.verdict.Verdict;

/** The main job in a Java of its own, which can be killed and cut off as Maven's can. */
final class MainJob implements AutoCloseable {
  /** The corpus in an environment that takes seconds a guest, on a busy host. */
  private static final Duration MOST = Duration.ofMinutes(20);

  private final Process process;
  private final Path console;

  private MainJob(Process process, Path console) {
    this.process = process;
    this.console = console;
  }

  /** What runs in the Java of its own: the experiment, as Maven runs it. */
  public static void main(String[] args) {
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(selectClass(EnvironmentsExperiment.class))
            .build();
    SummaryGeneratingListener summary = new SummaryGeneratingListener();
    LauncherFactory.create().execute(request, summary);
    summary
        .getSummary()
        .printFailuresTo(new PrintWriter(System.out, true, StandardCharsets.UTF_8), 0);
    System.exit(summary.getSummary().getTotalFailureCount() == 0 ? 0 : 1);
  }

  /**
   * Starts it.
   *
   * @param out the folder of run directories
   * @param environment variables of the process
   * @param options beside {@code -Denv=container}, such as {@code -Dguests=1}
   */
  static MainJob start(Path out, Map<String, String> environment, String... options)
      throws IOException {
    Path console = Files.createTempFile(out.getParent(), "console", ".txt");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Denv=container", "-Dout=" + out));
    command.add("-Dmalassay.root=" + System.getProperty("malassay.root"));
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), MainJob.class.getName()));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(Redirect.to(console.toFile()));
    builder.environment().put("TESTCONTAINERS_RYUK_DISABLED", "true");
    builder.environment().putAll(environment);
    return new MainJob(builder.start(), console);
  }

  /** Waits until its journal has so many lines. */
  void awaitResults(Path out, int count) throws IOException, InterruptedException {
    Instant deadline = Instant.now().plus(Duration.ofMinutes(3));
    Path journal = out.resolve("latest/journal.jsonl");
    while (lines(journal) < count) {
      if (!process.isAlive() || Instant.now().isAfter(deadline)) {
        throw new AssertionError("not " + count + " results:\n" + console());
      }
      process.waitFor(20, TimeUnit.MILLISECONDS);
    }
  }

  private static long lines(Path file) throws IOException {
    if (!Files.exists(file)) {
      return 0;
    }
    try (Stream<String> lines = Files.lines(file)) {
      return lines.count();
    }
  }

  /** Waits for its end. */
  int await() throws IOException, InterruptedException {
    if (!process.waitFor(MOST.toMinutes(), TimeUnit.MINUTES)) {
      throw new AssertionError("it does not end:\n" + console());
    }
    return process.exitValue();
  }

  long pid() {
    return process.pid();
  }

  /** Kills it as SIGKILL does: nothing of it runs any more. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  String console() throws IOException {
    return Files.readString(console);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  /**
   * The results of the harmless samples, each of which is as expected.
   *
   * @param folder for the run
   * @param environments as {@code -Denv} names them
   * @param options others, such as {@code -Dguests=1}
   */
  static List<Result> resultsAsExpected(Path folder, String environments, String... options)
      throws Exception {
    return run(folder, environments, options).results();
  }

  /** What a run of the harmless samples left, each of which is as expected. */
  record Finished(String console, Path run, List<Result> results) {}

  /** The same as {@link #resultsAsExpected}, with what the run said. */
  static Finished run(Path folder, String environments, String... options) throws Exception {
    Path runs = Files.createDirectories(folder.resolve("runs"));
    List<String> given = new ArrayList<>(List.of("-Denv=" + environments));
    given.addAll(List.of(options));
    try (MainJob job = start(runs, Map.of(), given.toArray(String[]::new))) {
      int status = job.await();
      List<Result> results = results(runs);
      assertThat(results).allSatisfy(r -> assertThat(r.violations()).isEmpty());
      assertThat(status).as(job.console()).isZero();
      return new Finished(job.console(), runs.resolve("latest"), results);
    }
  }

  /** Verdict and cause of each sample are the same by {@code -Drecord=none}. */
  static void assertTheSameWithoutARecording(
      Path folder, String environment, Collection<Result> recorded) throws Exception {
    List<Result> plain = resultsAsExpected(folder, environment, "-Drecord=none");

    assertThat(plain).allSatisfy(it -> assertThat(it.behavior(Facet.CALLS)).isEmpty());
    assertThat(verdicts(plain)).isEqualTo(verdicts(recorded));
  }

  static Map<String, Verdict> verdicts(Collection<Result> results) {
    return results.stream().collect(toMap(Result::sampleName, Result::verdict));
  }

  /** Whatever a sample did to its guest, what it did until then is told, or said to be cut. */
  static void assertThatAllIsRecorded(Collection<Result> results) {
    assertThat(results)
        .filteredOn(result -> result.durationMs().isPresent())
        .hasSizeGreaterThan(40)
        .allSatisfy(
            result -> {
              assertThat(result.behavior(Facet.CALLS)).as(result.sample()).isPresent();
              assertThat(result.behavior(Facet.PROCESSES))
                  .as(result.sample())
                  .hasValueSatisfying(seen -> assertThat(seen.processes()).isPositive());
              assertThat(result.behavior(Facet.FILES)).as(result.sample()).isPresent();
            });
  }

  /** The results of the latest run in a folder of run directories. */
  static List<Result> results(Path out) throws IOException {
    List<Result> results = new ArrayList<>();
    RunDirectory.open(out.resolve("latest")).forEachResult(results::add);
    return results;
  }

  /** The result of the sample of this name. */
  static Result of(List<Result> results, String sample) {
    return results.stream()
        .filter(result -> result.sampleName().equals(sample))
        .findFirst()
        .orElseThrow();
  }

  /** The id of the latest run in a folder of run directories. */
  static String id(Path out) throws IOException {
    return RunDirectory.open(out.resolve("latest")).header().id();
  }
}
