package org.malassay.experiment;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.malassay.environment.Environment;
import org.malassay.environment.Evidence;
import org.malassay.label.Label;
import org.malassay.label.Labels;
import org.malassay.report.Report;
import org.malassay.run.Journal;
import org.malassay.run.Result;
import org.malassay.run.ResultKey;
import org.malassay.run.RunDirectory;
import org.malassay.sample.Sample;
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
  private final List<String> arguments;
  private final UnpackedSamples unpacked;
  private final Labels labels;
  private final List<Gate> gates;
  private final List<Report> reports;
  private final Progress progress;
  private final Map<ResultKey, Result> restored = new HashMap<>();
  private final ExecutorService labelling = Executors.newSingleThreadExecutor(daemon("labels"));

  /** One label a sample, in their order. */
  private final List<CompletableFuture<Label>> labelled = new ArrayList<>();

  private final Map<String, List<CompletableFuture<Result>>> results = new LinkedHashMap<>();

  /** Why no further sample is started. */
  private final AtomicReference<@Nullable IOException> stopped = new AtomicReference<>();

  private final Thread closeAtExit = new Thread(this::abandon);

  /**
   * @param journal of the directory, open; closed when the run ends
   */
  Run(
      RunDirectory directory,
      Journal journal,
      List<Place> places,
      List<Sample> samples,
      List<String> arguments,
      UnpackedSamples unpacked,
      Labels labels,
      List<Gate> gates,
      List<Report> reports,
      Progress progress)
      throws IOException {
    this.directory = directory;
    this.places = places;
    this.samples = samples;
    this.arguments = arguments;
    this.unpacked = unpacked;
    this.labels = labels;
    this.gates = gates;
    this.reports = reports;
    this.progress = progress;
    this.journal = journal;
    directory.forEachResult(this::restore);
    Runtime.getRuntime().addShutdownHook(closeAtExit);
    for (Sample sample : samples) {
      labelled.add(CompletableFuture.supplyAsync(() -> labels.of(sample), labelling));
    }
  }

  /**
   * What an earlier, killed run had found out stands; what it was inconclusive about is run again.
   */
  private void restore(Result result) {
    if (result.verdict().outcome() != Outcome.INCONCLUSIVE) {
      restored.put(ResultKey.of(result), result);
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
    Assessor assessor = new Assessor(place.environment(), watchers, arguments);
    List<CompletableFuture<Result>> futures = new ArrayList<>();
    for (int i = 0; i < samples.size(); i++) {
      Sample sample = samples.get(i);
      CompletableFuture<Label> label = labelled.get(i);
      Optional<Result> earlier =
          Optional.ofNullable(restored.get(new ResultKey(name, sample.sha256())));
      CompletableFuture<Row> row =
          earlier.isPresent()
              ? CompletableFuture.completedFuture(new Row(earlier.get(), earlier))
              : CompletableFuture.supplyAsync(() -> measure(assessor, name, sample, label), guests);
      futures.add(row.thenCombine(label, this::complete));
    }
    guests.shutdown();
    var unused =
        CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new))
            .whenComplete((done, failure) -> watchers.shutdown());
    return futures;
  }

  /**
   * A result on its way to its last line in the journal.
   *
   * @param journaled what the journal has of it, if anything
   */
  private record Row(Result result, Optional<Result> journaled) {}

  private Row measure(
      Assessor assessor, String environment, Sample sample, CompletableFuture<Label> label) {
    IOException why = stopped.get();
    if (why != null) {
      throw new CompletionException(why);
    }
    Evidence evidence = directory.freshEvidence(environment, sample.sha256());
    long start = System.nanoTime();
    Assessment assessment;
    try {
      assessment = assessor.assess(sample, evidence);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CompletionException(e);
    }
    Duration wall = Duration.ofNanos(System.nanoTime() - start);
    Result result = Rows.measured(directory, environment, sample, assessment, evidence, wall);
    if (label.isDone()) {
      return new Row(result, Optional.empty());
    }
    keep(result); // a label can take hours, and what was measured must not be lost by then
    return new Row(result, Optional.of(result));
  }

  /**
   * Gives a row its label, unless it has one, and judges it by the expectations of today. What was
   * measured stands.
   */
  private Result complete(Row row, Label label) {
    boolean unlabelled = row.result.label().status() == Label.Status.MISSING;
    Result result = judged(unlabelled ? row.result.withLabel(label) : row.result);
    if (!row.journaled.equals(Optional.of(result))) {
      keep(result);
    }
    if (restored.containsKey(ResultKey.of(result))) {
      progress.restored(result);
    } else {
      progress.finished(result);
    }
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

  /**
   * Waits for all results, ends the environments and writes the reports. A sample without a result
   * does not keep the others' from being reported: its own test fails. Nor does a report that fails
   * keep the others from being written, or the closing table from being printed.
   *
   * @throws IOException if the journal or some reports could not be written; the message names them
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
    if (lost instanceof EndedBySignal) {
      throw lost; // there is no time for reports; -Dresume makes them
    }
    Map<String, String> written = new LinkedHashMap<>();
    List<Exception> failures = new ArrayList<>();
    if (lost != null) {
      failures.add(lost);
    }
    for (Report report : reports) {
      try {
        written.put(report.name(), report.write(directory).toString());
      } catch (IOException | RuntimeException e) {
        written.put(report.name(), "FAILED: " + Reason.of(e));
        failures.add(new IOException("report %s: %s".formatted(report.name(), Reason.of(e)), e));
      }
    }
    written.put("run", directory.path().toString());
    progress.closing(written);
    throwAll(failures);
  }

  private static void throwAll(List<Exception> failures) throws IOException {
    if (!failures.isEmpty()) {
      IOException all =
          new IOException(
              failures.stream().map(Reason::of).collect(Collectors.joining("; ")), failures.get(0));
      failures.stream().skip(1).forEach(all::addSuppressed);
      throw all;
    }
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
    stopped.compareAndSet(null, new EndedBySignal());
    closeEnvironments();
    try {
      unpacked.remove();
    } catch (IOException e) {
      System.err.println(e.getMessage());
    }
  }

  private static final class EndedBySignal extends IOException {
    EndedBySignal() {
      super("the run was ended by a signal");
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
