package org.malassay.experiment;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.malassay.environment.Ending;
import org.malassay.environment.Environment;
import org.malassay.environment.Evidence;
import org.malassay.environment.Execution;
import org.malassay.environment.Output;
import org.malassay.label.Label;
import org.malassay.label.Labels;
import org.malassay.label.ThreatScore;
import org.malassay.report.Report;
import org.malassay.run.Journal;
import org.malassay.run.Result;
import org.malassay.run.RunDirectory;
import org.malassay.sample.Sample;
import org.malassay.verdict.Signals;
import org.malassay.verdict.Verdict.Outcome;

/**
 * One run in progress. Samples run on threads of its own, as many side by side as there are guests:
 * JUnit only waits for their results, so that its own parallelism neither bounds nor overshoots the
 * guests.
 */
final class Run {

  /** An environment and how many of its guests run side by side. */
  record Place(Environment environment, int guests) {}

  private final RunDirectory directory;
  private final Journal journal;
  private final List<Place> places;
  private final List<Sample> samples;
  private final UnpackedSamples unpacked;
  private final Labels labels;
  private final List<Gate> gates;
  private final List<Report> reports;
  private final Progress progress;
  private final Map<String, Map<String, Result>> restored = new HashMap<>();
  private final ExecutorService labelling = Executors.newSingleThreadExecutor(daemon("labels"));
  private final Map<String, CompletableFuture<Label>> labelled = new HashMap<>();
  private final Map<String, List<CompletableFuture<Result>>> results = new LinkedHashMap<>();

  /** Why no further sample is started. */
  private final AtomicReference<@Nullable IOException> stopped = new AtomicReference<>();

  private final Thread closeAtExit = new Thread(this::abandon);

  Run(
      RunDirectory directory,
      List<Place> places,
      List<Sample> samples,
      UnpackedSamples unpacked,
      Labels labels,
      List<Gate> gates,
      List<Report> reports,
      Progress progress)
      throws IOException {
    this.directory = directory;
    this.places = places;
    this.samples = samples;
    this.unpacked = unpacked;
    this.labels = labels;
    this.gates = gates;
    this.reports = reports;
    this.progress = progress;
    this.journal = directory.journal();
    try {
      directory.forEachResult(this::restore);
    } catch (IOException | RuntimeException e) {
      journal.close();
      throw e;
    }
    Runtime.getRuntime().addShutdownHook(closeAtExit);
    for (Sample sample : samples) {
      labelled.put(
          sample.sha256(), CompletableFuture.supplyAsync(() -> labels.of(sample), labelling));
    }
  }

  /**
   * What an earlier, killed run had found out stands; what it was inconclusive about is run again.
   */
  private void restore(Result result) {
    if (result.verdict().outcome() != Outcome.INCONCLUSIVE) {
      restored
          .computeIfAbsent(result.environment(), name -> new HashMap<>())
          .put(result.sha256(), result);
    }
  }

  List<Place> places() {
    return places;
  }

  List<Sample> samples() {
    return samples;
  }

  /** Waits for the result of one sample; the first call for an environment starts its samples. */
  Result await(Place place, int sample) throws IOException, InterruptedException {
    return join(start(place).get(sample));
  }

  private synchronized List<CompletableFuture<Result>> start(Place place) {
    return results.computeIfAbsent(place.environment().name(), name -> submit(place));
  }

  private List<CompletableFuture<Result>> submit(Place place) {
    String name = place.environment().name();
    progress.begin(name);
    ExecutorService guests = Executors.newFixedThreadPool(place.guests(), daemon("guest-" + name));
    ExecutorService watchers = Executors.newCachedThreadPool(daemon("watch-" + name));
    Assessor assessor = new Assessor(place.environment(), watchers);
    List<CompletableFuture<Result>> futures = new ArrayList<>();
    for (Sample sample : samples) {
      Optional<Result> earlier =
          Optional.ofNullable(restored.getOrDefault(name, Map.of()).get(sample.sha256()));
      futures.add(
          earlier
              .map(result -> CompletableFuture.supplyAsync(() -> recordAgain(result), guests))
              .orElseGet(
                  () ->
                      CompletableFuture.supplyAsync(() -> assess(assessor, name, sample), guests)
                          .thenCombine(
                              labelled.get(sample.sha256()),
                              (assessed, label) -> record(name, sample, assessed, label))));
    }
    guests.shutdown();
    var unused =
        CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new))
            .whenComplete((done, failure) -> watchers.shutdown());
    return futures;
  }

  private record Assessed(Assessment assessment, long wallNanos) {}

  private Assessed assess(Assessor assessor, String environment, Sample sample) {
    IOException why = stopped.get();
    if (why != null) {
      throw new CompletionException(why);
    }
    long start = System.nanoTime();
    Evidence evidence = directory.evidence(environment, sample.sha256());
    try {
      Assessment assessment = assessor.assess(sample, evidence);
      return new Assessed(assessment, System.nanoTime() - start);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CompletionException(e);
    }
  }

  private Result record(String environment, Sample sample, Assessed assessed, Label label) {
    Result result = judged(result(environment, sample, assessed, label));
    keep(result);
    progress.finished(result);
    return result;
  }

  /** What was measured stands; the expectations that count for it are those of today. */
  private Result recordAgain(Result earlier) {
    Result result = judged(earlier);
    if (!result.violations().equals(earlier.violations())) {
      keep(result);
    }
    progress.restored(result);
    return result;
  }

  private Result judged(Result result) {
    return result.withViolations(
        gates.stream().map(gate -> gate.violation(result)).flatMap(Optional::stream).toList());
  }

  private void keep(Result result) {
    try {
      journal.append(result);
    } catch (IOException e) {
      stopped.compareAndSet(null, e); // what cannot be kept is not run
      throw new CompletionException(e);
    }
  }

  private Result result(String environment, Sample sample, Assessed assessed, Label label) {
    Assessment assessment = assessed.assessment();
    Optional<Execution> execution = assessment.execution();
    Optional<Ending> ending = execution.map(Execution::ending);
    long ownNanos = execution.map(run -> run.duration().toNanos()).orElse(0L);
    return new Result(
        directory.header().id(),
        environment,
        sample.path(),
        sample.sha256(),
        sample.md5(),
        sample.size(),
        sample.facts(),
        assessment.verdict(),
        ending.orElse(null) instanceof Ending.Exited exited
            ? OptionalInt.of(exited.status())
            : OptionalInt.empty(),
        ending.orElse(null) instanceof Ending.Signaled signaled
            ? Optional.of(Signals.name(signaled.signal()))
            : Optional.empty(),
        ending.filter(new Ending.Stopped(Ending.Limit.TIME)::equals).isPresent(),
        execution
            .filter(run -> !(run.ending() instanceof Ending.Refused))
            .map(run -> OptionalLong.of(run.duration().toMillis()))
            .orElse(OptionalLong.empty()),
        execution
            .flatMap(Execution::cpu)
            .map(cpu -> OptionalLong.of(cpu.toMillis()))
            .orElse(OptionalLong.empty()),
        Math.max(0, assessed.wallNanos() - ownNanos) / 1_000_000,
        assessment.service(),
        label,
        ThreatScore.of(assessment.verdict(), label),
        execution.map(run -> run.stdout().total()).orElse(0L),
        execution.map(run -> run.stderr().total()).orElse(0L),
        execution.map(Execution::survivors).orElse(0),
        List.of(),
        execution.map(Run::note).orElse(""),
        directory
            .path()
            .relativize(directory.evidence(environment, sample.sha256()).folder())
            .toString(),
        Instant.now());
  }

  private static String note(Execution execution) {
    List<String> notes = new ArrayList<>();
    if (execution.ending() instanceof Ending.Stopped stopped
        && stopped.limit() == Ending.Limit.DISK) {
      notes.add("stopped at the disk limit");
    }
    if (execution.ending() instanceof Ending.GuestDown down) {
      notes.add("took the guest down: " + down.how());
    }
    cut("stdout", execution.stdout()).ifPresent(notes::add);
    cut("stderr", execution.stderr()).ifPresent(notes::add);
    return String.join("; ", notes);
  }

  private static Optional<String> cut(String stream, Output output) {
    return output.cut()
        ? Optional.of(
            "%s cut: %d of %d bytes kept".formatted(stream, output.head().length, output.total()))
        : Optional.empty();
  }

  /**
   * Waits for all results, ends the environments and writes the reports. A sample without a result
   * does not keep the others' from being reported: its own test fails.
   *
   * @throws IOException if the journal or a report could not be written
   */
  void finish() throws IOException, InterruptedException {
    try {
      for (Place place : places) {
        settle(start(place));
      }
    } finally {
      close();
    }
    IOException lost = stopped.get();
    if (lost != null) {
      throw lost;
    }
    Map<String, String> written = new LinkedHashMap<>();
    for (Report report : reports) {
      Path where = report.write(directory);
      written.put(report.name(), where.toString());
    }
    written.put("run", directory.path().toString());
    progress.closing(written);
  }

  /** Waits for all of them, failed or not: an environment is closed when its guests are gone. */
  private static void settle(List<CompletableFuture<Result>> results) throws InterruptedException {
    for (CompletableFuture<Result> result : results) {
      try {
        result.get();
      } catch (ExecutionException e) {
        // The sample's own test says so.
      }
    }
  }

  private static Result join(CompletableFuture<Result> result)
      throws IOException, InterruptedException {
    try {
      return result.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private void close() throws IOException {
    labelling.shutdownNow();
    labels.close();
    closeEnvironments();
    journal.close();
    unpacked.remove();
    Runtime.getRuntime().removeShutdownHook(closeAtExit);
  }

  private void closeEnvironments() {
    places.forEach(place -> place.environment().close());
  }

  /** The user ends the program in the middle: nothing new is started, and nothing stays behind. */
  private void abandon() {
    stopped.compareAndSet(null, new IOException("the run was ended by a signal"));
    closeEnvironments();
    try {
      unpacked.remove();
    } catch (IOException e) {
      System.err.println(e.getMessage());
    }
  }

  private static ThreadFactory daemon(String name) {
    return task -> {
      Thread thread = new Thread(task, "malassay-" + name);
      thread.setDaemon(true);
      return thread;
    };
  }
}
