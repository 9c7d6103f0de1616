package org.malassay.experiment;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.malassay.environment.Environment;
import org.malassay.environment.EnvironmentException;
import org.malassay.environment.Evidence;
import org.malassay.label.Label;
import org.malassay.label.Labels;
import org.malassay.report.Runs;
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

  private final RunPlan plan;
  private final RunDirectory directory;
  private final Journal journal;
  private final List<Place> places;
  private final Map<String, EnvironmentException> failed;
  private final List<Measurement> measurements;
  private final Labels labels;
  private final Faults faults;
  private final StaticFeatures features;
  private final Progress progress;
  private final Map<ResultKey, Result> restored = new HashMap<>();
  private final ExecutorService labelling = Executors.newSingleThreadExecutor(daemon("labels"));

  /** One label a measurement, in their order. */
  private final List<CompletableFuture<Label>> labelled = new ArrayList<>();

  private final Map<String, Samples> started = new LinkedHashMap<>();
  private final AtomicBoolean finished = new AtomicBoolean();

  /** Why a gate was blind, and to how many results. */
  private final Map<String, Integer> blind = new ConcurrentSkipListMap<>();

  /** Why no further sample is started. */
  private final AtomicReference<@Nullable IOException> stopped = new AtomicReference<>();

  private final Thread closeAtExit = new Thread(this::abandon);

  /**
   * @param written where it is written; closed when the run ends, as are the environments and the
   *     labels
   */
  Run(
      RunPlan plan,
      OpenRun written,
      OpenEnvironments environments,
      List<Sample> samples,
      Labels labels,
      Faults faults,
      Progress progress)
      throws IOException {
    this.plan = plan;
    this.directory = written.directory();
    this.journal = written.journal();
    this.places = environments.places(plan.guests());
    this.failed = Collections.unmodifiableMap(environments.failed());
    this.measurements = Measurement.of(samples, plan.repeat());
    this.labels = labels;
    this.faults = faults;
    this.features = new StaticFeatures(plan.features(), directory);
    this.progress = progress;
    directory.forEachResult(this::restore);
    Runtime.getRuntime().addShutdownHook(closeAtExit);
    for (Sample sample : samples) {
      labelled.add(CompletableFuture.supplyAsync(() -> labels.of(sample), labelling));
    }
    while (labelled.size() < measurements.size()) { // a sample has one label
      labelled.add(labelled.get(labelled.size() - samples.size()));
    }
  }

  /**
   * Keeps what an earlier, killed run had found out, but for what is inconclusive: that is run
   * again.
   */
  private void restore(Result result) {
    if (result.verdict().outcome() != Outcome.INCONCLUSIVE) {
      restored.put(ResultKey.of(result), result);
    }
  }

  List<Place> places() {
    return places;
  }

  /** The environments that could not be opened, by name, and why. */
  Map<String, EnvironmentException> failed() {
    return failed;
  }

  List<Measurement> measurements() {
    return measurements;
  }

  /**
   * The measurements of one environment.
   *
   * @param turns whose turn it is
   * @param rows as they are measured, one a measurement in their order
   * @param results of the rows
   */
  private record Samples(
      Turns turns, List<CompletableFuture<Row>> rows, List<CompletableFuture<Result>> results) {

    /** Those that have not had their turn get none. */
    void stop() {
      turns.rest().forEach(i -> rows.get(i).completeExceptionally(new CancellationException()));
    }
  }

  /** Waits for the result of one of them; the first call for an environment starts all of its. */
  Result await(Place place, int measurement) throws IOException, InterruptedException {
    return join(start(place, measurement).results.get(measurement));
  }

  private synchronized Samples start(Place place, int first) {
    Samples samples =
        started.computeIfAbsent(place.environment().name(), name -> submit(place, first));
    samples.turns.first(first);
    return samples;
  }

  private Samples submit(Place place, int first) {
    String name = place.environment().name();
    progress.begin(name);
    ExecutorService guests = Executors.newFixedThreadPool(place.guests(), daemon("guest-" + name));
    ExecutorService watchers = Executors.newCachedThreadPool(daemon("watch-" + name));
    Environment environment = place.environment();
    Assessor assessor =
        new Assessor(
            environment,
            watchers,
            plan.orders(),
            plan.recorded().planned(environment),
            plan.rules());
    Turns turns = new Turns(measurements.size());
    turns.first(first);
    List<CompletableFuture<Row>> rows = new ArrayList<>();
    List<CompletableFuture<Result>> results = new ArrayList<>();
    for (int i = 0; i < measurements.size(); i++) {
      CompletableFuture<Row> row = new CompletableFuture<>();
      rows.add(row);
      results.add(row.thenCombine(labelled.get(i), this::complete));
    }
    for (int i = 0; i < place.guests(); i++) {
      guests.execute(
          () -> {
            for (OptionalInt next = turns.next(); next.isPresent(); next = turns.next()) {
              int number = next.getAsInt();
              measure(assessor, name, number, turns.left(), rows.get(number));
            }
          });
    }
    guests.shutdown();
    var unused =
        CompletableFuture.allOf(results.toArray(CompletableFuture[]::new))
            .whenComplete((done, failure) -> watchers.shutdown());
    return new Samples(turns, rows, results);
  }

  /**
   * A result on its way to its last line in the journal.
   *
   * @param journaled what the journal has of it, if anything
   */
  private record Row(Result result, Optional<Result> journaled) {}

  private void measure(
      Assessor assessor, String environment, int number, int left, CompletableFuture<Row> row) {
    Measurement measurement = measurements.get(number);
    Optional<Result> earlier = Optional.ofNullable(restored.get(measurement.key(environment)));
    try {
      if (stopped.get() == null) {
        features.make(measurement.sample());
      }
      row.complete(
          earlier.isPresent()
              ? new Row(earlier.get(), earlier)
              : measured(assessor, environment, measurement, left, labelled.get(number)));
    } catch (Throwable e) { // somebody waits for the row, whatever happened
      row.completeExceptionally(e);
    }
  }

  private Row measured(
      Assessor assessor,
      String environment,
      Measurement measurement,
      int left,
      CompletableFuture<Label> label) {
    IOException why = stopped.get();
    if (why != null) {
      throw new CompletionException(why);
    }
    Evidence evidence = directory.freshEvidence(measurement.key(environment));
    long start = System.nanoTime();
    Assessment assessment;
    try {
      assessment = assessor.assess(measurement.sample(), evidence, left);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CompletionException(e);
    }
    Duration wall = Duration.ofNanos(System.nanoTime() - start);
    Result result =
        Rows.measured(
            directory,
            environment,
            measurement.sample(),
            measurement.repetition(),
            assessment,
            evidence,
            wall,
            plan.rules().digest());
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
    plan.gates().stream()
        .flatMap(gate -> gate.blind(result).stream())
        .forEach(why -> blind.merge(why, 1, Integer::sum));
    return result.judged(
        plan.gates().stream()
            .map(gate -> gate.violation(result))
            .flatMap(Optional::stream)
            .toList(),
        plan.gates().stream().anyMatch(gate -> gate.tolerates(result)));
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
   * @throws IOException if the journal or a report could not be written, or an environment not be
   *     ended; the message names each
   */
  void finish() throws IOException, InterruptedException {
    if (finished.compareAndSet(false, true)) {
      end(places.stream().map(place -> start(place, 0)).toList());
    }
  }

  /**
   * Ends a run of which only some samples were asked for, as when an IDE runs one test: what runs
   * is waited for, what has not begun is left, and what there is is reported. Does nothing after
   * {@link #finish}.
   *
   * @throws IOException as by {@link #finish}
   */
  void finishEarly() throws IOException, InterruptedException {
    if (finished.compareAndSet(false, true)) {
      List<Samples> begun;
      synchronized (this) {
        begun = List.copyOf(started.values());
      }
      begun.forEach(Samples::stop);
      end(begun);
    }
  }

  private void end(List<Samples> begun) throws IOException, InterruptedException {
    try {
      for (Samples samples : begun) {
        settle(samples.results);
      }
    } finally {
      close();
    }
    IOException lost = stopped.get();
    if (lost instanceof EndedBySignal) {
      throw lost; // there is no time for reports; -Dresume makes them
    }
    if (lost != null) {
      faults.add(Reason.of(lost));
    }
    features.fault().ifPresent(faults::add);
    Map<String, String> written = new LinkedHashMap<>();
    faults.guard(
        () ->
            written.putAll(
                plan.reports()
                    .write(
                        Runs.inFolderOf(directory).against(plan.baseline()),
                        plan.options(),
                        faults::add)));
    written.put("run", directory.path().toString());
    progress.closing(
        written,
        Stream.concat(
                blind.entrySet().stream().map(why -> why.getKey() + ": " + why.getValue()),
                faults.all().stream())
            .toList());
    if (!faults.all().isEmpty()) {
      throw new IOException(String.join("; ", faults.all()));
    }
  }

  /** Waits for all of them, failed or not: an environment is closed when its guests are gone. */
  private static void settle(List<CompletableFuture<Result>> results) throws InterruptedException {
    for (CompletableFuture<Result> result : results) {
      try {
        result.get();
      } catch (ExecutionException | CancellationException e) {
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

  /** Does each of these even when another fails: above all, hostile files must go. */
  private void close() {
    labelling.shutdownNow();
    labels.close();
    closeEnvironments();
    faults.guard(plan.folder().unpacked()::remove);
    faults.guard(journal::close);
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
      plan.folder().unpacked().remove();
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
