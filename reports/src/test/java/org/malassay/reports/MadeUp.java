package org.malassay.reports;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.malassay.behavior.BehaviorSummary;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.Recording;
import org.malassay.elf.Architecture;
import org.malassay.elf.ElfFacts;
import org.malassay.environment.Libraries;
import org.malassay.infection.Infection;
import org.malassay.infection.StageSeen;
import org.malassay.label.Label;
import org.malassay.options.Options;
import org.malassay.report.Report;
import org.malassay.report.Runs;
import org.malassay.run.Availability;
import org.malassay.run.CorpusEntry;
import org.malassay.run.Journal;
import org.malassay.run.Result;
import org.malassay.run.RunDirectory;
import org.malassay.run.RunHeader;
import org.malassay.run.Service;
import org.malassay.run.Session;
import org.malassay.run.UnsupportedCalls;
import org.malassay.sample.FileFacts;
import org.malassay.score.Dimension;
import org.malassay.score.Hit;
import org.malassay.score.ImpactScore;
import org.malassay.score.Level;
import org.malassay.score.Matched;
import org.malassay.score.Measured;
import org.malassay.score.RuleBook;
import org.malassay.verdict.Cause;
import org.malassay.verdict.Verdict;

/** Runs and results that never happened. */
public final class MadeUp {
  public static final Instant STARTED = Instant.parse("2026-03-01T12:00:00Z");

  /** Names of files that somebody may give to a sample. */
  public static final List<String> HOSTILE_NAMES =
      List.of(
          "comma, \"quote\" and 'quote'",
          "line\nfeed\r\nand\ttab",
          "../../../etc/passwd",
          "..",
          "\u001b[31mred\u001b[0m\u001b]0;title\u0007",
          "<script>alert(document.domain)</script>",
          "<img src=x onerror=alert(1)>&lt;b&gt;",
          "=cmd|'/C calc'!A0",
          "+1+1",
          "-2-2",
          "@SUM(A1)",
          "\t=1+1",
          "\r=1+1",
          "a;=1+1",
          "＝1+1",
          "moc.\u202efdp.exe",
          "zero\u200bwidth",
          "emoji \ud83d\ude00 and accents \u00e9e\u0301",
          "nul\u0000 bell\u0007 vertical\u000b delete\u007f next\u0085line",
          "not characters \ufffe \uffff",
          "end of data ]]> and <!-- comment --> and &amp; &#0;",
          "| table | `code` [link](http://192.0.2.1) **bold** # @user #1 www.example.org",
          "C:\\new\\x41 \\",
          " leading and trailing ",
          "long " + "x".repeat(3000));

  private MadeUp() {}

  /** Writes a report as a run does, with no option given. */
  public static Path write(Report report, RunDirectory run) throws IOException {
    return report.write(Runs.of(run), Options.of(Map.of()));
  }

  /** A run with the given results, and a corpus of the same files, each of them once. */
  public static RunDirectory run(Path runs, List<Result> results) throws IOException {
    return run(runs, "made-up", results);
  }

  public static RunDirectory run(Path runs, String id, List<Result> results) throws IOException {
    RunHeader header =
        header(
            id,
            Map.of("time.limit", "10s", "env", "container"),
            Map.of("malassay", "0.1.0", "java", "17"),
            Map.of("container", Map.of("image", "debian <b>13</b>", "arm", "qemu-user 7.2")));
    return run(runs, header, results);
  }

  /** A run with this header and these results, and a corpus of the same files. */
  public static RunDirectory run(Path runs, RunHeader header, List<Result> results)
      throws IOException {
    List<CorpusEntry> corpus = results.stream().map(MadeUp::entry).distinct().toList();
    RunDirectory run = RunDirectory.create(runs, header, corpus);
    try (Journal journal = run.journal()) {
      for (Result result : results) {
        journal.append(result);
      }
    }
    return run;
  }

  /** Of the corpus: samples of one folder are near-duplicates of one another. */
  public static CorpusEntry entry(Result result) {
    String sample = result.sample();
    String alike = sample.contains("/") ? sample.substring(0, sample.lastIndexOf('/')) : sample;
    return new CorpusEntry(
        sample,
        result.sha256(),
        result.size(),
        result.facts(),
        Optional.empty(),
        Optional.of("T1000000" + sha256(alike).toUpperCase(Locale.ROOT)));
  }

  /** The header of a run that was started once. */
  public static RunHeader header(
      String id,
      Map<String, String> options,
      Map<String, String> versions,
      Map<String, Map<String, String>> environments) {
    return RunHeader.of(
        id,
        "Study.samples",
        new Session(STARTED, options, versions, environments, Optional.empty()));
  }

  /** A login session of seven commands that reached these stages. */
  public static Infection infection(List<String> stages) {
    return new Infection(
        7,
        7,
        stages.stream()
            .map(it -> new StageSeen(it, true, 1, 3, Duration.ofSeconds(2), "A rule", "an event"))
            .toList(),
        "digest");
  }

  /** An executable ARM sample of that path, labelled and probed; everything was measured. */
  public static Row row(String environment, String sample) {
    return new Row(environment, sample);
  }

  public static String sha256(String text) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return "%064x".formatted(new BigInteger(1, digest));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  public static FileFacts armElf() {
    return FileFacts.elf(
        new ElfFacts(
            32,
            ElfFacts.Endianness.LITTLE,
            Architecture.ARM,
            40,
            ElfFacts.ObjectType.EXECUTABLE,
            "EABI5",
            ElfFacts.FloatAbi.HARD,
            ElfFacts.Linkage.DYNAMIC,
            Optional.of("/lib/ld-linux-armhf.so.3"),
            List.of("libc.so.6"),
            true,
            false,
            false,
            ElfFacts.Loading.LOADED,
            false,
            0));
  }

  public static Label backdoor() {
    return backdoor(9);
  }

  public static Label backdoor(double score) {
    return new Label(
        Label.Status.LABELLED,
        Optional.of("backdoor"),
        Optional.of(Label.Basis.CATEGORY),
        12,
        Optional.of("ddos"),
        4,
        false,
        Optional.of("mirai"),
        9,
        41,
        33,
        60,
        OptionalDouble.of(score),
        "VirusTotal v3");
  }

  /** Three engines that agree on nothing. */
  public static Label weak() {
    return new Label(
        Label.Status.WEAK,
        Optional.empty(),
        Optional.empty(),
        0,
        Optional.of("ddos"),
        0,
        false,
        Optional.empty(),
        0,
        4,
        3,
        60,
        OptionalDouble.empty(),
        "VirusTotal v3");
  }

  /** A hit of a rule of this title, done three times. */
  public static Hit hit(String title) {
    return hit("f0b3", title);
  }

  public static Hit hit(String rule, String title) {
    return new Hit(
        rule,
        title,
        Optional.of("Somebody <b>Else</b>"),
        List.of("T1053.003"),
        Level.HIGH,
        List.of(Dimension.ENVIRONMENT),
        0.315,
        true,
        3,
        Duration.ofMillis(1250),
        OptionalInt.of(11),
        "/tmp/<i>x</i>",
        "openat(\"/etc/cron.d/\u001b[31m<script>\")",
        "tracer",
        true,
        OptionalDouble.of(0.9));
  }

  /** The same hit, of what succeeded or not, by a rule that is so sure. */
  public static Hit like(Hit hit, boolean succeeded, OptionalDouble confidence) {
    return new Hit(
        hit.rule(),
        hit.title(),
        hit.author(),
        hit.techniques(),
        hit.level(),
        hit.dimensions(),
        hit.part(),
        succeeded,
        hit.count(),
        hit.at(),
        hit.process(),
        hit.program(),
        hit.event(),
        hit.origin(),
        hit.forgeable(),
        confidence);
  }

  /** A result under construction. */
  public static final class Row {
    private final String environment;
    private final String sample;
    private FileFacts facts = armElf();
    private Verdict verdict = Verdict.executable();
    private OptionalInt exitCode = OptionalInt.of(0);
    private OptionalLong durationMs = OptionalLong.of(1234);
    private OptionalLong cpuMs = OptionalLong.of(77);
    private Optional<Service> service =
        Optional.of(
            new Service(
                true,
                5,
                4,
                Optional.of(true),
                Optional.of(true),
                OptionalDouble.of(1.5),
                OptionalDouble.of(2.25),
                OptionalDouble.of(1.75),
                Optional.of(new Availability(List.of(1, 2, 2, 1, 1), List.of(1, 2, 1, 1, 1)))));
    private Label label = backdoor();
    private OptionalDouble threatScore = OptionalDouble.of(9);
    private List<String> violations = List.of();
    private String note = "";
    private boolean tolerated;
    private int repetition = 1;
    private long overheadMs = 210;
    private Optional<Libraries> libraries = Optional.empty();
    private Optional<Infection> infection = Optional.empty();
    private Recording recording =
        Recording.OFF
            .with(Facet.SERVICE, FacetState.OBSERVED)
            .with(Facet.CALLS, FacetState.cut(3, "a flood"));

    private List<UnsupportedCalls> unsupportedCalls = List.of();
    private List<Hit> hits = List.of(hit("Stays; by cron"));

    private Row(String environment, String sample) {
      this.environment = environment;
      this.sample = sample;
    }

    public Row facts(FileFacts facts) {
      this.facts = facts;
      return this;
    }

    public Row notExecutable(Cause.Type type, String detail) {
      verdict = Verdict.notExecutable(new Cause(type, detail));
      exitCode = OptionalInt.of(127);
      threatScore = OptionalDouble.of(0);
      return this;
    }

    public Row inconclusive(String reason) {
      verdict = Verdict.inconclusive(new Cause(Cause.Type.GUEST_FAILED, reason));
      threatScore = OptionalDouble.empty();
      return notStarted();
    }

    /** The emulator does not take it. */
    public Row refusedByEmulator(String what) {
      verdict = Verdict.inconclusive(new Cause(Cause.Type.EMULATOR_REFUSES, what));
      threatScore = OptionalDouble.empty();
      return this;
    }

    public Row notStarted() {
      exitCode = OptionalInt.empty();
      durationMs = OptionalLong.empty();
      cpuMs = OptionalLong.empty();
      service = Optional.empty();
      return this;
    }

    public Row service(Service service) {
      this.service = Optional.of(service);
      return this;
    }

    public Row label(Label label) {
      this.label = label;
      threatScore = OptionalDouble.empty();
      return this;
    }

    public Row threatScore(double score) {
      threatScore = OptionalDouble.of(score);
      return this;
    }

    public Row violations(String... messages) {
      violations = List.of(messages);
      return this;
    }

    public Row note(String note) {
      this.note = note;
      return this;
    }

    public Row unsupportedCalls(UnsupportedCalls... calls) {
      unsupportedCalls = List.of(calls);
      return this;
    }

    public Row recording(Recording recording) {
      this.recording = recording;
      return this;
    }

    /** Its guest was given these for it. */
    public Row infection(Infection seen) {
      infection = Optional.of(seen);
      return this;
    }

    public Row libraries(Libraries given) {
      libraries = Optional.of(given);
      return this;
    }

    /** No rule was fulfilled. */
    public Row withoutHits() {
      return hits();
    }

    /** These were. */
    public Row hits(Hit... hits) {
      this.hits = List.of(hits);
      return this;
    }

    /** Not the first measurement of it there. */
    public Row repetition(int number) {
      repetition = number;
      return this;
    }

    public Row overhead(long milliseconds) {
      overheadMs = milliseconds;
      return this;
    }

    /** Nobody observed what it did, as with -Drecord=none. */
    public Row unseen() {
      return recording(Recording.OFF).withoutHits();
    }

    /** Inconclusive, as an expectation says that it may be. */
    public Row tolerated() {
      tolerated = true;
      return this;
    }

    public Result build() {
      return build("made-up");
    }

    public Result build(String run) {
      String sha256 = sha256(sample);
      return new Result(
          run,
          environment,
          sample,
          sha256,
          sha256.substring(0, 32),
          9876,
          facts,
          verdict,
          exitCode,
          Optional.empty(),
          false,
          durationMs,
          cpuMs,
          overheadMs,
          service,
          label,
          threatScore,
          durationMs.isPresent() ? 11 : 0,
          durationMs.isPresent() ? 22 : 0,
          durationMs.isPresent() ? 1 : 0,
          violations,
          note,
          "evidence/" + environment + "/" + sha256 + (repetition == 1 ? "" : "-r" + repetition),
          STARTED.plusSeconds(60),
          unsupportedCalls,
          tolerated,
          Optional.of(recording),
          2,
          Optional.of(
              new BehaviorSummary(
                  112,
                  2,
                  1,
                  3,
                  0,
                  9,
                  1,
                  OptionalLong.of(12),
                  OptionalLong.of(1 << 20),
                  Optional.of("ended by itself"))),
          Optional.of(
              ImpactScore.of(
                  verdict,
                  Optional.of(recording),
                  new Matched(hits, 0),
                  List.of(
                      new Measured(Dimension.SERVICE, 2, "the web service answered 4 of 5 times")),
                  true,
                  RULES)),
          libraries,
          repetition,
          infection);
    }

    private static final String RULES = RuleBook.own().digest();
  }
}
