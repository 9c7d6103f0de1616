package org.malassay.reports.summary;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.malassay.label.Label;
import org.malassay.run.Result;
import org.malassay.verdict.Cause;
import org.malassay.verdict.Verdict.Outcome;

/** What was counted of one environment. */
final class Tally {
  private static final int PROBLEMS = 100;

  private final Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
  private final Map<Cause.Type, Integer> causes = new EnumMap<>(Cause.Type.class);
  private final Map<Label.Status, Integer> labels = new EnumMap<>(Label.Status.class);
  private final List<Result> problems = new ArrayList<>();
  private int broken;
  private int toLookAt;
  private OptionalDouble highest = OptionalDouble.empty();

  void add(Result result) {
    outcomes.merge(result.verdict().outcome(), 1, Integer::sum);
    result.verdict().cause().ifPresent(cause -> causes.merge(cause.type(), 1, Integer::sum));
    labels.merge(result.label().status(), 1, Integer::sum);
    result
        .threatScore()
        .ifPresent(score -> highest = OptionalDouble.of(Math.max(score, highest.orElse(score))));
    if (!result.violations().isEmpty()) {
      broken++;
    }
    if (result.erred() || !result.violations().isEmpty()) {
      toLookAt++;
      if (problems.size() < PROBLEMS) {
        problems.add(result);
      }
    }
  }

  int samples() {
    return outcomes.values().stream().mapToInt(Integer::intValue).sum();
  }

  int count(Outcome outcome) {
    return outcomes.getOrDefault(outcome, 0);
  }

  int count(Cause.Type cause) {
    return causes.getOrDefault(cause, 0);
  }

  int count(Label.Status status) {
    return labels.getOrDefault(status, 0);
  }

  /** The samples that break an expectation. */
  int broken() {
    return broken;
  }

  OptionalDouble highestThreatScore() {
    return highest;
  }

  /** How many rows a reader has to look at: inconclusive, or breaking an expectation. */
  int toLookAt() {
    return toLookAt;
  }

  /** The first of these rows: nobody would read more than a hundred. */
  List<Result> problems() {
    return problems;
  }
}
