package org.malassay.experiment;

import static java.util.stream.Collectors.toSet;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.malassay.infection.StageSeen;
import org.malassay.report.Baseline;
import org.malassay.run.Result;
import org.malassay.run.ResultKey;
import org.malassay.sample.Sample;
import org.malassay.verdict.Verdict.Outcome;

/**
 * An earlier run that a result must not be worse than: a sample that did not run must not run now,
 * and neither its threat score nor its impact score may rise; a login session must reach no stage
 * that it did not reach in any repetition, by the same rules. A sample that the earlier run did not
 * have, or was inconclusive about, may do as it likes.
 */
final class BaselineGate implements Gate {
  private record Before(Outcome outcome, OptionalDouble threatScore, OptionalDouble impactScore) {}

  private final String run;
  private final Map<ResultKey, Before> results = new HashMap<>();

  /** Of every repetition that has an answer: the one that counts may not have come furthest. */
  private final Map<ResultKey, List<SessionSeen>> sessions = new HashMap<>();

  private final List<String> damage;

  BaselineGate(Baseline baseline) {
    run = baseline.run().header().id();
    damage = baseline.journaled().damage();
    for (Result result : baseline.answers()) {
      results.put(
          ResultKey.ofAnswer(result),
          new Before(result.verdict().outcome(), result.threatScore(), result.impactScore()));
    }
    for (Result row : baseline.journaled().results()) {
      answered(row)
          .ifPresent(
              seen ->
                  sessions
                      .computeIfAbsent(ResultKey.ofAnswer(row), key -> new ArrayList<>())
                      .add(seen));
    }
  }

  @Override
  public Optional<String> violation(Result result) {
    return Optional.ofNullable(results.get(ResultKey.ofAnswer(result)))
        .flatMap(before -> worse(before, result))
        .or(() -> answered(result).flatMap(now -> came(before(result), now)));
  }

  @Override
  public Optional<String> blind(Result result) {
    return violation(result).isPresent()
        ? Optional.empty()
        : answered(result)
            .flatMap(now -> untold(before(result), now))
            .map(what -> "-Dbaseline: run %s says nothing of stages %s".formatted(run, what));
  }

  @Override
  public Optional<String> idle(List<Sample> samples) {
    Set<String> known = results.keySet().stream().map(ResultKey::sha256).collect(toSet());
    return samples.stream().map(Sample::sha256).anyMatch(known::contains)
        ? Optional.empty()
        : Optional.of("-Dbaseline: run %s has none of the samples of this run".formatted(run));
  }

  @Override
  public List<String> warnings() {
    return damage.stream().map(line -> "-Dbaseline: run %s: %s".formatted(run, line)).toList();
  }

  private Optional<String> worse(Before before, Result result) {
    if (before.outcome == Outcome.NOT_EXECUTABLE
        && result.verdict().outcome() == Outcome.EXECUTABLE) {
      return Optional.of("became EXECUTABLE since run " + run);
    }
    return rose("threat", before.threatScore, result.threatScore())
        .or(() -> rose("impact", before.impactScore, result.impactScore()));
  }

  private List<SessionSeen> before(Result result) {
    return sessions.getOrDefault(ResultKey.ofAnswer(result), List.of());
  }

  /** How far a session came; not where the tool failed before it had come to its end. */
  private static Optional<SessionSeen> answered(Result result) {
    return SessionSeen.of(result)
        .filter(seen -> result.verdict().outcome() != Outcome.INCONCLUSIVE);
  }

  /** Those by the same rules: a rule that is new finds stages that were reached before, too. */
  private static List<SessionSeen> alike(List<SessionSeen> before, SessionSeen now) {
    return before.stream()
        .filter(was -> was.infection().rules().equals(now.infection().rules()))
        .toList();
  }

  /** What the session reached now and in none of these. */
  private static List<StageSeen> beyond(List<SessionSeen> before, SessionSeen now) {
    Set<String> reached =
        before.stream()
            .flatMap(was -> was.infection().stages().stream())
            .filter(StageSeen::succeeded)
            .map(StageSeen::stage)
            .collect(toSet());
    return now.infection().stages().stream()
        .filter(it -> it.succeeded() && !reached.contains(it.stage()))
        .toList();
  }

  private Optional<String> came(List<SessionSeen> before, SessionSeen now) {
    List<SessionSeen> alike = alike(before, now);
    int followed = alike.stream().mapToInt(SessionSeen::followed).max().orElse(0);
    List<String> news =
        beyond(alike, now).stream()
            .filter(it -> it.command() <= followed)
            .map(StageSeen::stage)
            .toList();
    return news.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "reached stage %s, which it had not in run %s"
                .formatted(String.join(" and ", news), run));
  }

  /** What cannot be held against a session that breaks nothing. */
  private static Optional<String> untold(List<SessionSeen> before, SessionSeen now) {
    if (before.isEmpty()) {
      return Optional.empty();
    }
    List<SessionSeen> alike = alike(before, now);
    if (alike.isEmpty()) {
      return Optional.of("where it found them by other rules");
    }
    if (!beyond(alike, now).isEmpty()) {
      return Optional.of("that are new where its own login session was cut or not recorded whole");
    }
    return now.isWhole()
        ? Optional.empty()
        : Optional.of("that were not seen where a login session was cut or not recorded whole");
  }

  private Optional<String> rose(String what, OptionalDouble before, OptionalDouble now) {
    return before.isPresent() && now.isPresent() && now.getAsDouble() > before.getAsDouble()
        ? Optional.of(
            "%s score rose from %s to %s since run %s"
                .formatted(what, before.getAsDouble(), now.getAsDouble(), run))
        : Optional.empty();
  }
}
