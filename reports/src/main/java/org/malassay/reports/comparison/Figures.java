package org.malassay.reports.comparison;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.malassay.run.Result;
import org.malassay.score.Dimension;
import org.malassay.score.Impact;
import org.malassay.verdict.Cause;
import org.malassay.verdict.Verdict.Outcome;

/**
 * What was found in one environment.
 *
 * @param environment its name
 * @param samples its rows
 * @param executable the samples that run
 * @param notExecutable those that do not
 * @param inconclusive those of which the tool could not tell: no part of any share
 * @param causes why those that do not run, or are inconclusive, are
 * @param threat the threat scores, that of what does not run 0
 * @param impact the impact scores, that of what does not run 0
 * @param impactOn those of each dimension, of the samples that were observed
 * @param notObserved the samples that run, and whose impact nobody observed
 * @param bothScores the samples that run and have the scores of both label and impact
 * @param labelAgainstImpact Kendall's tau between these scores of them; empty where one of the
 *     scores does not vary
 */
public record Figures(
    String environment,
    int samples,
    int executable,
    int notExecutable,
    int inconclusive,
    Map<Cause.Type, Integer> causes,
    Scores threat,
    Scores impact,
    Map<Dimension, Scores> impactOn,
    int notObserved,
    int bothScores,
    OptionalDouble labelAgainstImpact) {

  static Figures of(String environment, List<Result> rows) {
    Map<Cause.Type, Integer> causes = new EnumMap<>(Cause.Type.class);
    rows.forEach(
        row -> row.verdict().cause().ifPresent(it -> causes.merge(it.type(), 1, Integer::sum)));
    Map<Dimension, Scores> impactOn = new EnumMap<>(Dimension.class);
    for (Dimension dimension : Dimension.values()) {
      impactOn.put(
          dimension,
          scores(
              rows,
              row -> row.impact().map(it -> it.score(dimension)).orElse(OptionalDouble.empty())));
    }
    List<Result> both = rows.stream().filter(Figures::runs).filter(Figures::hasBoth).toList();
    return new Figures(
        environment,
        rows.size(),
        count(rows, Outcome.EXECUTABLE),
        count(rows, Outcome.NOT_EXECUTABLE),
        count(rows, Outcome.INCONCLUSIVE),
        causes,
        scores(rows, Result::threatScore),
        scores(rows, Result::impactScore),
        impactOn,
        (int)
            rows.stream()
                .filter(Figures::runs)
                .filter(
                    row ->
                        row.impact()
                            .filter(it -> it.status() != Impact.Status.NOT_OBSERVED)
                            .isEmpty())
                .count(),
        both.size(),
        tau(both));
  }

  private static int count(List<Result> rows, Outcome outcome) {
    return (int) rows.stream().filter(row -> row.verdict().outcome() == outcome).count();
  }

  static boolean runs(Result row) {
    return row.verdict().outcome() == Outcome.EXECUTABLE;
  }

  static boolean hasBoth(Result row) {
    return row.label().score().isPresent() && row.impactScore().isPresent();
  }

  private static Scores scores(List<Result> rows, Function<Result, OptionalDouble> score) {
    return Scores.of(rows.stream().map(score).flatMapToDouble(OptionalDouble::stream).toArray());
  }

  private static OptionalDouble tau(List<Result> both) {
    return KendallTau.of(
        both.stream().mapToDouble(row -> row.label().score().orElseThrow()).toArray(),
        both.stream().mapToDouble(row -> row.impactScore().orElseThrow()).toArray());
  }

  /**
   * Whether the threat scores tell anything: not where all there are are the zeros of what does not
   * run, since nothing that runs has a label.
   */
  public boolean threatTells() {
    return tells(threat.count(), executable, notExecutable);
  }

  /** The same of the impact scores, where nobody observed what runs. */
  public boolean impactTells() {
    return tells(impact.count(), executable, notExecutable);
  }

  /** The same of that many scores, among which are the zeros of what does not run. */
  public static boolean tells(int scores, int executable, int notExecutable) {
    return executable == 0 || scores > notExecutable;
  }

  /** The rows that have an answer. */
  public int conclusive() {
    return executable + notExecutable;
  }

  /** The share of them that run, from 0 to 1; empty without any. */
  public OptionalDouble share() {
    return conclusive() == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of((double) executable / conclusive());
  }

  /** Its confidence interval. */
  public Optional<Interval> interval() {
    return conclusive() == 0
        ? Optional.empty()
        : Optional.of(Interval.wilson(executable, conclusive()));
  }
}
