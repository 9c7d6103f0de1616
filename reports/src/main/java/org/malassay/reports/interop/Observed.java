package org.malassay.reports.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.malassay.behavior.Behavior;
import org.malassay.behavior.BehaviorFold;
import org.malassay.behavior.EventLog;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FileKept;
import org.malassay.behavior.Recording;
import org.malassay.label.Label;
import org.malassay.reports.writing.Sorted;
import org.malassay.reports.writing.Wording;
import org.malassay.run.Result;
import org.malassay.run.RunDirectory;
import org.malassay.score.Band;
import org.malassay.verdict.Verdict.Outcome;

/**
 * One row, and what the log among its evidence tells.
 *
 * @param started when the sample was started; where no log tells it, its end less its duration
 * @param behavior empty where there is no log
 */
record Observed(Result result, Instant started, Behavior behavior, Contacts contacts) {
  /** Of a file that {@link #isAnswer}. */
  static final String ANSWER = "perhaps what the simulated Internet answered";

  /** Of a sample that was not started, too. */
  static Observed of(RunDirectory run, Result result) throws IOException {
    BehaviorFold fold = Behavior.fold();
    ContactFold contacts = new ContactFold();
    Instant started = result.finished().minusMillis(result.durationMs().orElse(0));
    Path log = run.evidence(result).folder().resolve(EventLog.FILE);
    if (Files.isRegularFile(log, LinkOption.NOFOLLOW_LINKS)) {
      started = EventLog.start(log).orElse(started);
      EventLog.read(
          log,
          event -> {
            fold.accept(event);
            contacts.accept(event);
          });
    }
    return new Observed(result, started, fold.behavior(), contacts.contacts());
  }

  /**
   * The rows in order. Those in which the tool failed are left out: nothing was found out about
   * their samples.
   */
  static List<Result> conclusive(List<Result> results) {
    return Sorted.of(results).stream()
        .filter(result -> result.verdict().outcome() != Outcome.INCONCLUSIVE)
        .toList();
  }

  /** The same of each sample, by its SHA-256. */
  static Map<String, List<Result>> bySample(List<Result> results) {
    return conclusive(results).stream()
        .collect(Collectors.groupingBy(Result::sha256, LinkedHashMap::new, Collectors.toList()));
  }

  /** Each of the rows of a sample with what was seen. */
  static List<Observed> all(RunDirectory run, List<Result> rows) throws IOException {
    List<Observed> all = new ArrayList<>();
    for (Result row : rows) {
      all.add(of(run, row));
    }
    return all;
  }

  /** The time of something that was seen. */
  Instant time(Duration at) {
    return started().plus(at);
  }

  /** A file whose digest is that of all of it, not of its beginning. */
  static boolean isWhole(FileKept file) {
    return file.kept() == file.size();
  }

  /**
   * Whether a file is as large as one that the simulated Internet gave out to the sample, in any of
   * its rows: it may be that one, which tells nothing of the sample.
   */
  static boolean isAnswer(List<Observed> rows, long size) {
    return rows.stream().anyMatch(row -> row.contacts().sizesGiven().contains(size));
  }

  /** Whether to find the file elsewhere tells something: it is a program, the sample's own. */
  static boolean isTelling(List<Observed> rows, FileKept file) {
    return isProgram(file) && isWhole(file) && !isAnswer(rows, file.size());
  }

  /** A file that can be executed, by its kind. */
  private static boolean isProgram(FileKept file) {
    return file.type().startsWith("ELF") || file.type().startsWith("script");
  }

  /** How well each facet was recorded, and what is missing of the contacts: in lines. */
  List<String> limits() {
    List<String> limits = new ArrayList<>();
    Recording recording = result.recording().orElse(Recording.OFF);
    for (Facet facet : Facet.values()) {
      limits.add("%s: %s".formatted(facet.word(), recording.of(facet)));
    }
    contacts.leftOut().forEach(words -> limits.add("left out: " + words));
    long answers =
        behavior.kept().stream().filter(file -> isAnswer(List.of(this), file.size())).count();
    if (answers > 0) {
      limits.add("%d files: %s".formatted(answers, ANSWER));
    }
    return limits;
  }

  /** The greatest impact of the rows of a sample; empty where nobody observed one. */
  static OptionalDouble impact(List<Result> rows) {
    return rows.stream()
        .map(Result::impactScore)
        .filter(OptionalDouble::isPresent)
        .mapToDouble(OptionalDouble::getAsDouble)
        .max();
  }

  /** Whether the sample is malware: antivirus engines say so, or it did what is grave. */
  static boolean isMalware(List<Result> rows) {
    return rows.stream().anyMatch(row -> isCalledMalware(row.label().status()) || isGrave(row));
  }

  private static boolean isCalledMalware(Label.Status status) {
    return switch (status) {
      case LABELLED, UNKNOWN_CATEGORY, WEAK -> true;
      case NOT_DETECTED, MISSING -> false;
    };
  }

  /** It did it, and did not just try. */
  private static boolean isGrave(Result row) {
    return Techniques.hits(row).anyMatch(hit -> hit.level().grave() && hit.succeeded());
  }

  /** The result of an analysis, in STIX's words. That nothing was seen makes no sample benign. */
  String conclusion() {
    if (isGrave(result)) {
      return "malicious";
    }
    return result.impactScore().orElse(0) > 0 ? "suspicious" : "unknown";
  }

  /** Such as {@code executable; impact 3.2 (serious)}. */
  static String inWords(Result row) {
    String outcome =
        row.verdict().outcome() == Outcome.EXECUTABLE ? "executable" : "not executable";
    OptionalDouble impact = row.impactScore();
    return impact.isPresent()
        ? "%s; impact %s (%s)"
            .formatted(outcome, Wording.number(impact), Band.of(impact.getAsDouble()).word())
        : outcome;
  }

  /** What antivirus engines call the family; empty where they do not agree. */
  static Optional<String> family(List<Result> rows) {
    return rows.stream().map(row -> row.label().family()).flatMap(Optional::stream).findFirst();
  }

  /** The rules that were fulfilled, each once, with how. */
  List<String> hits() {
    return Techniques.hits(result)
        .map(
            hit ->
                "%s (%s, %d times, rule %s)"
                    .formatted(
                        hit.title(), hit.succeeded() ? "done" : "tried", hit.count(), hit.rule()))
        .collect(Collectors.toList());
  }
}
