package org.malassay.firmware.survey;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.malassay.files.FileReason;
import org.malassay.firmware.FirmwareImage;
import org.malassay.firmware.ImageFacts;
import org.malassay.options.OptionException;
import org.malassay.sample.SafeText;

/**
 * A survey in progress. Images are read on threads of its own; a row is on the disk when its image
 * has ended, so that a killed survey continues where it stopped.
 */
public final class Survey implements AutoCloseable {
  private static final int LONGEST_FAILURE = 400;

  private final SurveyPlan plan;
  private final ImageAnalysis analysis;
  private final SurveyDirectory directory;
  private final SurveyDirectory.Writer journal;
  private final Gate gate;
  private final Optional<Baseline> baseline;
  private final SurveyProgress progress;
  private final Map<String, SurveyDirectory.Brief> restored;
  private final ExecutorService readers;
  private final List<CompletableFuture<SurveyVerdict>> rows = new ArrayList<>();

  /** Why no further image is read. */
  private final AtomicReference<@Nullable IOException> stopped = new AtomicReference<>();

  private Survey(
      SurveyPlan plan,
      ImageAnalysis analysis,
      SurveyDirectory directory,
      SurveyDirectory.Writer journal,
      Map<String, SurveyDirectory.Brief> restored,
      Optional<Baseline> baseline,
      PrintStream console) {
    this.plan = plan;
    this.analysis = analysis;
    this.directory = directory;
    this.journal = journal;
    this.restored = restored;
    this.baseline = baseline;
    this.gate = new Gate(plan.required());
    this.progress = new SurveyProgress(console, plan.catalogue().images().size());
    this.readers =
        Executors.newFixedThreadPool(
            plan.parallel(),
            task -> {
              Thread thread = new Thread(task, "malassay-survey");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Opens a survey, and begins to read.
   *
   * @param console where header, progress and closing table are printed
   * @throws OptionException if its directory or its baseline cannot be used; the message says what
   *     mends it
   */
  public static Survey open(SurveyPlan plan, ImageAnalysis analysis, PrintStream console) {
    Optional<Baseline> baseline = plan.baseline().map(place -> Baseline.of(place, analysis));
    SurveyHeader.Session session =
        new SurveyHeader.Session(Instant.now(), plan.options(), plan.versions());
    Survey survey;
    try {
      SurveyDirectory directory =
          plan.resumed().isPresent()
              ? SurveyDirectory.open(plan.resumed().get())
              : SurveyDirectory.create(
                  plan.surveys(), new SurveyHeader(plan.id(), List.of(session)));
      SurveyDirectory.Writer journal = directory.journal();
      Map<String, SurveyDirectory.Brief> restored = Map.of();
      if (plan.resumed().isPresent()) {
        directory = directory.continued(session);
        restored = directory.briefs();
      }
      survey = new Survey(plan, analysis, directory, journal, restored, baseline, console);
    } catch (IOException e) {
      throw new OptionException(
          (plan.resumed().isPresent()
                  ? "-Dresume: survey %s cannot be continued: %s"
                  : "-Dout: survey %s cannot be kept: %s")
              .formatted(plan.id(), SafeText.printable(FileReason.of(e))));
    }
    survey.progress.header(
        survey.directory, plan, baseline.map(Baseline::warnings).orElse(List.of()));
    survey.begin();
    return survey;
  }

  private void begin() {
    for (FirmwareImage image : plan.catalogue().images()) {
      rows.add(CompletableFuture.supplyAsync(() -> read(image), readers));
    }
    readers.shutdown();
  }

  /** The images, in the order in which they are awaited. */
  public List<FirmwareImage> images() {
    return plan.catalogue().images();
  }

  /** Where it is kept. */
  public SurveyDirectory directory() {
    return directory;
  }

  /**
   * What a test must know of a row.
   *
   * @param failure why the image could not be read; empty if it could
   * @param violations of the gate
   */
  public record SurveyVerdict(String failure, List<String> violations) {
    public SurveyVerdict {
      violations = List.copyOf(violations);
    }
  }

  /**
   * Waits for an image.
   *
   * @param image its number
   * @throws IOException if the journal cannot be written
   */
  public SurveyVerdict await(int image) throws IOException, InterruptedException {
    try {
      return rows.get(image).get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof NotKept failure) {
        throw failure.why;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /** The journal cannot be written. */
  private static final class NotKept extends RuntimeException {
    private final IOException why;

    NotKept(IOException why) {
      super(why);
      this.why = why;
    }
  }

  private SurveyVerdict read(FirmwareImage image) {
    IOException why = stopped.get();
    if (why != null) {
      throw new NotKept(why); // what cannot be kept is not read
    }
    try {
      Optional<Surveyed> earlier = earlier(image);
      Surveyed row = earlier.isPresent() ? judged(earlier.get().of(image)) : judged(fresh(image));
      if (!earlier.equals(Optional.of(row))) {
        journal.append(row);
      }
      progress.finished(
          row,
          earlier.isPresent(),
          row.facts().map(gate::untold).orElse(0L),
          isWithoutCounterpart(row));
      return new SurveyVerdict(row.failure(), row.violations());
    } catch (IOException e) {
      stopped.compareAndSet(null, e);
      throw new NotKept(e);
    }
  }

  private boolean isWithoutCounterpart(Surveyed row) {
    return baseline.isPresent()
        && row.against().isEmpty()
        && row.facts().filter(it -> it.sources().isEmpty()).isPresent();
  }

  /** The row that an earlier, killed survey has of the same file. */
  private Optional<Surveyed> earlier(FirmwareImage image) throws IOException {
    SurveyDirectory.Brief brief = restored.get(image.name());
    if (brief == null || !brief.whole()) {
      return Optional.empty();
    }
    try {
      boolean same =
          Files.size(image.file()) == brief.size() && modified(image.file()) == brief.modified();
      return same ? brief.row() : Optional.empty();
    } catch (FileSystemException e) {
      return Optional.empty(); // it is read, which says what is wrong with it
    }
  }

  private static long modified(Path file) throws IOException {
    return Files.getLastModifiedTime(file).toMillis();
  }

  private Surveyed fresh(FirmwareImage image) {
    long start = System.nanoTime();
    long modified = 0;
    long size = 0;
    Optional<ImageFacts> facts = Optional.empty();
    String failure = "";
    try {
      modified = modified(image.file());
      size = Files.size(image.file());
      facts = Optional.of(analysis.of(image));
    } catch (IOException e) {
      failure = SafeText.oneLine(FileReason.of(e), LONGEST_FAILURE);
    } catch (OutOfMemoryError e) {
      failure =
          "there is not enough memory for it; give more by -DargLine=-Xmx4g, or fewer"
              + " images side by side by -Dfirmware.parallel=1";
    } catch (RuntimeException | StackOverflowError e) {
      // A defect of a reader, which must not end a survey of thousands.
      failure = SafeText.oneLine(e + at(e), LONGEST_FAILURE);
    }
    return new Surveyed(
        image,
        modified,
        size,
        facts,
        failure,
        List.of(),
        "",
        List.of(),
        (System.nanoTime() - start) / 1_000_000);
  }

  /** Where in the tool it failed. */
  private static String at(Throwable e) {
    return e.getStackTrace().length == 0 ? "" : " at " + e.getStackTrace()[0];
  }

  /** By the expectations of today, whatever an earlier start had. */
  private Surveyed judged(Surveyed row) throws IOException {
    if (row.facts().isEmpty()) {
      return row;
    }
    ImageFacts facts = row.facts().get();
    // A source package is no firmware, which alone is compared.
    Optional<ImageFacts> before =
        baseline.isPresent() && facts.sources().isEmpty()
            ? baseline.get().before(row.image())
            : Optional.empty();
    List<ImageChange> changes = before.map(it -> ImageChanges.of(it, facts)).orElse(List.of());
    String against = before.map(it -> it.image().name()).orElse("");
    List<String> violations = new ArrayList<>(gate.violations(facts));
    before.ifPresent(it -> violations.addAll(Gate.uncompared(it, facts)));
    violations.addAll(Gate.weakened(changes, against));
    return new Surveyed(
        row.image(),
        row.modified(),
        row.size(),
        row.facts(),
        row.failure(),
        violations,
        against,
        changes,
        row.tookMs());
  }

  /**
   * Waits for all images, and prints the closing table.
   *
   * @param reports where each report was written, or why not, by name
   */
  public void closing(Map<String, String> reports) {
    progress.closing(reports, directory.path());
  }

  /** Waits for all images, whatever became of them. */
  public void awaitAll() throws InterruptedException {
    for (CompletableFuture<SurveyVerdict> row : rows) {
      try {
        row.get();
      } catch (ExecutionException | CancellationException e) {
        // The image's own test says so.
      }
    }
  }

  /** Ends it: what has not begun is not read. */
  @Override
  public void close() throws IOException {
    readers.shutdownNow();
    journal.close();
  }
}
