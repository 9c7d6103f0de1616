package org.malassay.experiment;

import static java.util.stream.Collectors.toSet;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.malassay.infection.Infection;
import org.malassay.report.Baseline;
import org.malassay.run.Result;
import org.malassay.run.ResultKey;
import org.malassay.sample.Sample;
import org.malassay.verdict.Verdict.Outcome;

/**
 * An earlier run that a result must not be worse than: a sample that did not run must not run now,
 * and neither its threat score nor its impact score may rise; a login session must reach no stage
 * that it did not reach. A sample that the earlier run did not have, or was inconclusive about, may
 * do as it likes.
 */
final class BaselineGate implements Gate {
  private record Before(
      Outcome outcome,
      OptionalDouble threatScore,
      OptionalDouble impactScore,
      Optional<Infection> infection) {}

  private final String run;
  private final Map<ResultKey, Before> results = new HashMap<>();
  private final List<String> damage;

  BaselineGate(Baseline baseline) {
    run = baseline.run().header().id();
    damage = baseline.journaled().damage();
    for (Result result : baseline.answers()) {
      results.put(
          ResultKey.ofAnswer(result),
          new Before(
              result.verdict().outcome(),
              result.threatScore(),
              result.impactScore(),
              answered(result)));
    }
  }

  @Override
  public Optional<String> violation(Result result) {
    return Optional.ofNullable(results.get(ResultKey.ofAnswer(result)))
        .flatMap(before -> worse(before, result));
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
        .or(() -> rose("impact", before.impactScore, result.impactScore()))
        .or(() -> before.infection.flatMap(was -> answered(result).flatMap(is -> came(was, is))));
  }

  /** How far a session came; not where the tool failed before it had come to its end. */
  private static Optional<Infection> answered(Result result) {
    return result.infection().filter(seen -> result.verdict().outcome() != Outcome.INCONCLUSIVE);
  }

  private Optional<String> came(Infection before, Infection now) {
    List<String> beyond = now.reachedBeyond(before);
    return beyond.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "reached stage %s, which it had not in run %s"
                .formatted(String.join(" and ", beyond), run));
  }

  private Optional<String> rose(String what, OptionalDouble before, OptionalDouble now) {
    return before.isPresent() && now.isPresent() && now.getAsDouble() > before.getAsDouble()
        ? Optional.of(
            "%s score rose from %s to %s since run %s"
                .formatted(what, before.getAsDouble(), now.getAsDouble(), run))
        : Optional.empty();
  }
}
