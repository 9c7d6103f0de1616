package org.malassay.experiments.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.malassay.behavior.Behavior;
import org.malassay.behavior.BehaviorFold;
import org.malassay.behavior.BehaviorSummary;
import org.malassay.behavior.Event;
import org.malassay.behavior.EventLog;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.Origin;
import org.malassay.behavior.Recording;
import org.malassay.elf.Architecture;
import org.malassay.elf.ElfFacts;
import org.malassay.environment.Evidence;
import org.malassay.environment.Piece;
import org.malassay.label.Label;
import org.malassay.run.Availability;
import org.malassay.run.CorpusEntry;
import org.malassay.run.Journal;
import org.malassay.run.Result;
import org.malassay.run.ResultKey;
import org.malassay.run.RunDirectory;
import org.malassay.run.RunHeader;
import org.malassay.run.Service;
import org.malassay.run.Session;
import org.malassay.sample.FileFacts;
import org.malassay.score.Impact;
import org.malassay.score.ImpactScore;
import org.malassay.score.RuleBook;
import org.malassay.score.RuleMatcher;
import org.malassay.verdict.Cause;
import org.malassay.verdict.Verdict;

/**
 * The directory of a run of many samples in four environments, as large as a real one: every row
 * was started and has its log of events, its output and its index. A sample is of one of twelve
 * families; a family's log in an environment is made once, scored by the project's rules, and is a
 * hard link in the evidence of each sample of it. From row to row differ names, digests, sizes,
 * times and evidence folders.
 */
final class RunOfBots {
  static final List<String> ENVIRONMENTS =
      List.of("container", "raspbian", "raspbian+loginguard", "unikernel");

  /** How many calls the families make: each 1.6 times as many as the one before, to 3,000. */
  private static final int FAMILIES = 12;

  private static final double LEAST_CALLS = 20;
  private static final double STEP = 1.577;

  private static final Instant STARTED = Instant.parse("2026-03-01T12:00:00Z");
  private static final String ID = "20260301-120000-b075";
  private static final int SIGSEGV = 11;
  private static final int LIMIT_MS = 10_000;

  /** Two requests a second, and one before. */
  private static final List<Integer> ASKED = List.of(1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2);

  private static final int FAILING_MS = 3;
  private static final String OUTPUT = "listening on tun0\n";

  private static final Recording OBSERVED =
      new Recording(
          Stream.of(Facet.values())
              .collect(Collectors.toMap(facet -> facet, facet -> FacetState.OBSERVED)));

  private final Random chance = new Random(1);
  private final RuleBook rules = RuleBook.own();
  private final Path runs;

  /** What the rows of a family in an environment share: the evidence, and what follows from it. */
  private record Kind(
      int family,
      String environment,
      boolean works,
      Path evidence,
      BehaviorSummary behavior,
      Impact impact,
      long events) {}

  /**
   * What was made.
   *
   * @param events of all logs together
   */
  record Made(Path run, int rows, long events) {}

  private RunOfBots(Path runs) {
    this.runs = runs;
  }

  static Made make(Path runs, int samples) throws IOException {
    return new RunOfBots(runs).make(samples);
  }

  private Made make(int samples) throws IOException {
    List<Kind> kinds = kinds();
    List<CorpusEntry> corpus = new ArrayList<>();
    for (int i = 0; i < samples; i++) {
      corpus.add(
          new CorpusEntry(
              path(i),
              sha256(i),
              size(i),
              facts(i % FAMILIES),
              Optional.empty(),
              Optional.of(tlsh(i))));
    }
    RunDirectory run = RunDirectory.create(runs, header(), corpus);
    long events = 0;
    try (Journal journal = run.journal()) {
      for (int i = 0; i < samples; i++) {
        List<Result> rows = new ArrayList<>();
        for (Kind kind : kinds) {
          if (kind.family == i % FAMILIES) {
            rows.add(row(run, kind, i));
            events += kind.events;
          }
        }
        journal.append(rows);
      }
    }
    return new Made(run.path(), samples * ENVIRONMENTS.size(), events);
  }

  private List<Kind> kinds() throws IOException {
    List<Kind> kinds = new ArrayList<>();
    for (int family = 0; family < FAMILIES; family++) {
      int calls = (int) Math.round(LEAST_CALLS * Math.pow(STEP, family));
      for (String environment : ENVIRONMENTS) {
        kinds.add(kind(family, environment, calls));
      }
    }
    return kinds;
  }

  private Kind kind(int family, String environment, int calls) throws IOException {
    boolean works = works(family, environment);
    List<Event> seen =
        works ? RecordedBot.working(chance, family, calls) : RecordedBot.failing(chance, SIGSEGV);
    Evidence evidence = new Evidence(runs.resolve("evidence-%d-%s".formatted(family, environment)));
    Path log =
        evidence.stream(new Piece(EventLog.FILE, "what was seen", "application/gzip", Origin.HOST));
    RuleMatcher matcher = rules.matcher();
    BehaviorFold fold = Behavior.fold();
    try (EventLog events = EventLog.open(log, STARTED, EventLog.Bounds.DEFAULT)) {
      for (Event event : seen) {
        events.accept(event);
        matcher.accept(event);
        fold.accept(event);
      }
    }
    evidence.write(Piece.STDOUT, OUTPUT.repeat(1 + family).getBytes(UTF_8));
    evidence.write(Piece.STDERR, new byte[0]);
    return new Kind(
        family,
        environment,
        works,
        evidence.folder(),
        fold.behavior().summary(Duration.ofMillis(works ? LIMIT_MS : FAILING_MS), works),
        ImpactScore.of(
            verdict(works, environment),
            Optional.of(OBSERVED),
            matcher.matched(),
            List.of(),
            true,
            rules.digest()),
        seen.size());
  }

  /** Three of four rows: an old kernel, a foreign ABI and a place without processes fail some. */
  private static boolean works(int family, String environment) {
    return switch (environment) {
      case "unikernel" -> family % 3 == 0;
      case "container" -> family % 6 != 1;
      default -> family % 12 != 5;
    };
  }

  private static Verdict verdict(boolean works, String environment) {
    return works
        ? Verdict.executable()
        : Verdict.notExecutable(
            Cause.of(
                environment.equals("unikernel")
                    ? Cause.Type.NEEDS_PROCESS
                    : Cause.Type.SEGMENTATION_FAULT));
  }

  private Result row(RunDirectory run, Kind kind, int sample) throws IOException {
    Path evidence =
        Files.createDirectories(
            run.freshEvidence(new ResultKey(kind.environment, sha256(sample), 1)).folder());
    try (Stream<Path> files = Files.list(kind.evidence)) {
      for (Path file : files.toList()) {
        Files.createLink(evidence.resolve(file.getFileName()), file);
      }
    }
    Service service =
        new Service(
            true,
            20,
            20,
            Optional.of(true),
            Optional.of(true),
            OptionalDouble.of(1 + chance.nextDouble()),
            OptionalDouble.of(1 + chance.nextDouble()),
            OptionalDouble.of(1 + chance.nextDouble()),
            Optional.of(new Availability(ASKED, ASKED)));
    Label label = label(kind.family);
    return new Result(
        run.header().id(),
        kind.environment,
        path(sample),
        sha256(sample),
        sha256(sample).substring(32),
        size(sample),
        facts(kind.family),
        verdict(kind.works, kind.environment),
        OptionalInt.empty(),
        kind.works ? Optional.empty() : Optional.of("SIGSEGV"),
        kind.works,
        OptionalLong.of(kind.works ? LIMIT_MS + chance.nextInt(100) : FAILING_MS),
        OptionalLong.of(chance.nextInt(LIMIT_MS)),
        200 + chance.nextInt(100),
        Optional.of(service),
        label,
        kind.works ? label.score() : OptionalDouble.of(0),
        (long) OUTPUT.length() * (1 + kind.family),
        0,
        kind.works ? 2 : 0,
        List.of(),
        "",
        run.path().relativize(evidence).toString(),
        STARTED.plusSeconds(sample),
        List.of(),
        false,
        Optional.of(OBSERVED),
        1,
        Optional.of(kind.behavior),
        Optional.of(kind.impact),
        Optional.empty(),
        1,
        Optional.empty());
  }

  private static Label label(int family) {
    return new Label(
        Label.Status.LABELLED,
        Optional.of(family % 2 == 0 ? "backdoor" : "ddos"),
        Optional.of(Label.Basis.CATEGORY),
        12,
        Optional.of("trojan"),
        4,
        false,
        Optional.of("family-" + family),
        9,
        41,
        33,
        60,
        OptionalDouble.of(family % 2 == 0 ? 9 : 8),
        "a folder of reports");
  }

  private static FileFacts facts(int family) {
    boolean dynamic = family % 4 == 0;
    return FileFacts.elf(
        new ElfFacts(
            32,
            ElfFacts.Endianness.LITTLE,
            Architecture.ARM,
            40,
            ElfFacts.ObjectType.EXECUTABLE,
            family % 5 == 0 ? "EABI4" : "EABI5",
            ElfFacts.FloatAbi.UNSTATED,
            dynamic ? ElfFacts.Linkage.DYNAMIC : ElfFacts.Linkage.STATIC,
            dynamic ? Optional.of("/lib/ld-linux.so.3") : Optional.empty(),
            dynamic ? List.of("libc.so.6", "libpthread.so.0") : List.of(),
            true,
            family % 3 == 0,
            false,
            ElfFacts.Loading.LOADED,
            false,
            0));
  }

  private static RunHeader header() {
    return RunHeader.of(
        ID,
        "EnvironmentsExperiment.sideBySide",
        new Session(
            STARTED,
            Map.of("env", String.join(",", ENVIRONMENTS)),
            Map.of("java", "17"),
            Map.of(),
            Optional.empty()));
  }

  private static String path(int sample) {
    return "family-%02d/arm7.%s".formatted(Math.floorMod(sample, FAMILIES), sha256(sample));
  }

  private static long size(int sample) {
    return 80_000L + sample;
  }

  /** Not one, but as long, and as different. */
  private static String sha256(int sample) {
    Random digits = new Random(sample);
    return "%016x%016x%016x%016x"
        .formatted(digits.nextLong(), digits.nextLong(), digits.nextLong(), digits.nextLong());
  }

  /** Samples of a family are near-duplicates: they differ in the last buckets of a TLSH hash. */
  private static String tlsh(int sample) {
    String family = sha256(-1 - sample % FAMILIES);
    return "T1%s%06X".formatted(family.toUpperCase(Locale.ROOT), sample);
  }
}
