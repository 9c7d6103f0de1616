package org.malassay.experiment;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.malassay.infection.Infection;
import org.malassay.infection.InfectionFold;
import org.malassay.options.OptionException;
import org.malassay.run.Result;
import org.malassay.sample.Sample;
import org.malassay.verdict.Cause;
import org.malassay.verdict.Verdict.Outcome;

/**
 * Expected verdicts from a CSV file. A row names a sample by its path in {@code sample} or by
 * {@code sha256}, and the {@code verdict} it must get; {@code cause} and {@code environment}, where
 * not empty, must match too, and so must {@code last_stage}, the last one that a login session
 * reaches or {@code none}, and {@code hits}, see {@link ExpectedHits}. An earlier last stage is
 * held against a session only where it was typed and recorded whole. {@code *} names every sample
 * that has no row of its own for the environment. Other columns are for the reader: a {@code
 * results.csv} will do. A sample that no row names may do as it likes.
 *
 * <p>A row INCONCLUSIVE expects nothing. But where its cause is that an emulator is not like Linux,
 * a result that is inconclusive for that cause is no error.
 */
final class Expectations implements Gate {
  private static final String EVERY_SAMPLE = "*";
  private static final String LAST_STAGE = "last_stage";

  /** Those that rules tell of, in their order. */
  private static final SortedSet<String> STAGES =
      InfectionFold.stages().rules().stream()
          .flatMap(rule -> rule.stage().stream())
          .collect(Collectors.toCollection(TreeSet::new));

  private static final int NAMES_IN_MESSAGE = 3;
  private static final String INCONCLUSIVE = Outcome.INCONCLUSIVE.name();

  /**
   * An environment can never tell this as long as it has its emulator: that is no failure of a run.
   */
  private static final String TOLERATED = Cause.Type.EMULATOR_REFUSES.label();

  /** One row. Empty text: any. */
  private record Expected(
      String environment,
      String verdict,
      String cause,
      String lastStage,
      Optional<ExpectedHits> hits) {
    String words() {
      return inWords(verdict, cause, lastStage);
    }
  }

  private final Map<String, List<Expected>> byKey;
  private final String source;

  private Expectations(Map<String, List<Expected>> byKey, String source) {
    this.byKey = byKey;
    this.source = source;
  }

  /**
   * @throws OptionException if the file cannot be read or is not such a CSV
   */
  static Expectations read(Path file) {
    Map<String, List<Expected>> byKey = new HashMap<>();
    try (Reader reader = Files.newBufferedReader(file);
        CSVParser rows =
            CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).get().parse(reader)) {
      List<String> columns = rows.getHeaderNames();
      if (!columns.contains("verdict")
          || !(columns.contains("sample") || columns.contains("sha256"))) {
        throw unusable(file, "it needs the columns verdict, and sample or sha256");
      }
      for (CSVRecord row : rows) {
        String verdict = cell(row, "verdict");
        if (Arrays.stream(Outcome.values()).noneMatch(o -> o.name().equals(verdict))) {
          throw unusable(
              file, "row %d: no such verdict: %s".formatted(row.getRecordNumber(), verdict));
        }
        if (verdict.equals(INCONCLUSIVE) && !cell(row, "cause").startsWith(TOLERATED)) {
          continue; // a row of a results.csv, which expects nothing
        }
        String lastStage = cell(row, LAST_STAGE);
        if (!lastStage.isEmpty() && !isStage(lastStage)) {
          throw unusable(
              file,
              "row %d: no such stage: %s (there are %s, and none)"
                  .formatted(row.getRecordNumber(), lastStage, String.join(" ", STAGES)));
        }
        String sha256 = cell(row, "sha256");
        byKey
            .computeIfAbsent(
                sha256.isEmpty() ? cell(row, "sample") : sha256, key -> new ArrayList<>())
            .add(
                new Expected(
                    cell(row, "environment"),
                    verdict,
                    cell(row, "cause"),
                    lastStage,
                    ExpectedHits.parse(cell(row, "hits"))));
      }
    } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
      // The last one for a header that is none, such as a column without a name.
      throw new OptionException("-Dexpect=%s: cannot be read: %s".formatted(file, Reason.of(e)));
    }
    if (byKey.isEmpty()) {
      throw unusable(file, "it has no rows");
    }
    return new Expectations(byKey, file.getFileName().toString());
  }

  private static OptionException unusable(Path file, String why) {
    return new OptionException("-Dexpect=%s: %s".formatted(file, why));
  }

  private static String cell(CSVRecord row, String column) {
    return row.isSet(column) ? row.get(column) : "";
  }

  /** Several rows of one sample in one environment are alternatives: one of them has to fit. */
  @Override
  public Optional<String> violation(Result result) {
    List<Expected> rows = rows(result);
    List<Expected> decided =
        rows.stream().filter(row -> !row.verdict.equals(INCONCLUSIVE)).toList();
    List<Expected> fitting = decided.stream().filter(row -> matches(row, result)).toList();
    if (!decided.isEmpty() && fitting.isEmpty()) {
      return Optional.of(
          "expected %s by %s, but it is %s"
              .formatted(
                  decided.stream()
                      .map(Expected::words)
                      .distinct()
                      .collect(Collectors.joining(" or ")),
                  source,
                  describe(result)));
    }
    return (decided.isEmpty() ? rows : fitting)
        .stream()
            .flatMap(row -> row.hits.stream())
            .flatMap(hits -> hits.violation(result).stream())
            .findFirst()
            .map(broken -> "%s, by %s".formatted(broken, source));
  }

  @Override
  public boolean tolerates(Result result) {
    return rows(result).stream()
        .anyMatch(row -> row.verdict.equals(INCONCLUSIVE) && matches(row, result));
  }

  /** The nearest rows: its own of the environment, the environment's, its own, the file's. */
  private List<Expected> rows(Result result) {
    List<Expected> own =
        byKey.getOrDefault(result.sha256(), byKey.getOrDefault(result.sample(), List.of()));
    List<Expected> everyones = byKey.getOrDefault(EVERY_SAMPLE, List.of());
    return Stream.of(result.environment(), "")
        .flatMap(environment -> Stream.of(of(own, environment), of(everyones, environment)))
        .filter(rows -> !rows.isEmpty())
        .findFirst()
        .orElse(List.of());
  }

  private static List<Expected> of(List<Expected> rows, String environment) {
    return rows.stream().filter(row -> row.environment.equals(environment)).toList();
  }

  @Override
  public Optional<String> idle(List<Sample> samples) {
    return samples.stream()
            .anyMatch(
                sample ->
                    byKey.containsKey(sample.sha256())
                        || byKey.containsKey(sample.path())
                        || byKey.containsKey(EVERY_SAMPLE))
        ? Optional.empty()
        : Optional.of("-Dexpect: %s names none of the samples of this run".formatted(source));
  }

  @Override
  public Optional<String> absent(List<Sample> samples) {
    Set<String> here = new HashSet<>(Set.of(EVERY_SAMPLE));
    samples.forEach(sample -> here.addAll(List.of(sample.sha256(), sample.path())));
    List<String> absent =
        byKey.keySet().stream().filter(key -> !here.contains(key)).sorted().toList();
    return absent.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "-Dexpect: %d samples of %s are not in this run, such as %s"
                .formatted(
                    absent.size(),
                    source,
                    absent.stream().limit(NAMES_IN_MESSAGE).collect(Collectors.joining(", "))));
  }

  /** What was not seen is not held against a sample; {@link #blind} says so. */
  private static boolean matches(Expected row, Result result) {
    return row.verdict.equals(result.verdict().outcome().name())
        && (row.cause.isEmpty() || row.cause.equals(cause(result)))
        && (row.lastStage.isEmpty()
            || SessionSeen.of(result).filter(seen -> !fits(row.lastStage, seen)).isEmpty());
  }

  /** Whether it is the last one, or may be: a session that was not seen whole may have gone on. */
  private static boolean fits(String expected, SessionSeen seen) {
    String last = seen.infection().lastOrNone();
    return last.equals(expected) || (!seen.isWhole() && place(last).compareTo(place(expected)) < 0);
  }

  /** Stages are in the order of their names, none before them. */
  private static String place(String stage) {
    return stage.equals(Infection.NONE) ? "" : stage;
  }

  @Override
  public Optional<String> blind(Result result) {
    if (rows(result).stream().allMatch(row -> row.lastStage.isEmpty())
        || violation(result).isPresent()) {
      return Optional.empty();
    }
    Optional<SessionSeen> seen = SessionSeen.of(result);
    if (seen.isEmpty()) {
      return Optional.of(
          "-Dexpect: %s says nothing of the last stage where no login session was seen"
              .formatted(source));
    }
    return seen.get().isWhole()
        ? Optional.empty()
        : Optional.of(
            "-Dexpect: %s says nothing of stages that were not seen where a login session was cut or not recorded whole"
                .formatted(source));
  }

  private static String cause(Result result) {
    return result.verdict().cause().map(Cause::toString).orElse("");
  }

  /** Empty where none was looked for. */
  private static String lastStage(Result result) {
    return result.infection().map(Infection::lastOrNone).orElse("");
  }

  private static String describe(Result result) {
    return inWords(result.verdict().outcome().name(), cause(result), lastStage(result));
  }

  private static String inWords(String verdict, String cause, String lastStage) {
    return verdict
        + (cause.isEmpty() ? "" : " (" + cause + ")")
        + (lastStage.isEmpty() ? "" : ", last stage " + lastStage);
  }

  private static boolean isStage(String text) {
    return STAGES.contains(text) || text.equals(Infection.NONE);
  }
}
