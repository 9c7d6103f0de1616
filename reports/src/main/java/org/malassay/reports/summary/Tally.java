package org.malassay.reports.summary;

import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.Recording;
import org.malassay.label.Label;
import org.malassay.reports.comparison.Figures;
import org.malassay.run.Median;
import org.malassay.run.Result;
import org.malassay.score.Hit;
import org.malassay.score.Impact;
import org.malassay.verdict.Cause;
import org.malassay.verdict.Verdict.Outcome;

/** What was counted of one environment. */
final class Tally {
  private static final int PROBLEMS = 100;
  private static final int HITS = 5;

  private final Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
  private final Map<Cause.Type, Integer> causes = new EnumMap<>(Cause.Type.class);
  private final Map<Label.Status, Integer> labels = new EnumMap<>(Label.Status.class);
  private final Map<Facet, Map<FacetState.Kind, Integer>> recordings = new EnumMap<>(Facet.class);
  private final List<Result> problems = new ArrayList<>();
  private final List<Double> impacts = new ArrayList<>();
  private final Map<String, Integer> hits = new TreeMap<>();
  private long givenUp;
  private int broken;
  private int toLookAt;
  private final List<Double> threats = new ArrayList<>();

  void add(Result result) {
    outcomes.merge(result.verdict().outcome(), 1, Integer::sum);
    result.verdict().cause().ifPresent(cause -> causes.merge(cause.type(), 1, Integer::sum));
    labels.merge(result.label().status(), 1, Integer::sum);
    result.threatScore().ifPresent(threats::add);
    result.recording().ifPresent(this::add);
    result.impactScore().ifPresent(impacts::add);
    result.impact().ifPresent(this::add);
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

  private void add(Recording recording) {
    recording
        .states()
        .forEach(
            (facet, state) ->
                recordings
                    .computeIfAbsent(facet, key -> new EnumMap<>(FacetState.Kind.class))
                    .merge(state.kind(), 1, Integer::sum));
  }

  /** How a facet of the samples that were started was recorded, such as {@code 40 observed}. */
  String recorded(Facet facet) {
    return recordings.getOrDefault(facet, Map.of()).entrySet().stream()
        .map(kind -> kind.getValue() + " " + kind.getKey().word())
        .collect(Collectors.joining(", "));
  }

  private void add(Impact impact) {
    impact.hits().stream()
        .map(Hit::title)
        .distinct()
        .forEach(title -> hits.merge(title, 1, Integer::sum));
    givenUp += impact.givenUp();
  }

  /**
   * The samples that have an impact: how many there are, their mean and the greatest; none where
   * they tell nothing.
   */
  DoubleSummaryStatistics impacts() {
    return telling(impacts).summaryStatistics();
  }

  OptionalDouble medianImpact() {
    return Median.of(telling(impacts));
  }

  private DoubleStream telling(List<Double> scores) {
    return Figures.tells(scores.size(), count(Outcome.EXECUTABLE), count(Outcome.NOT_EXECUTABLE))
        ? scores.stream().mapToDouble(Double::doubleValue)
        : DoubleStream.empty();
  }

  /** The comparisons that rules gave up. */
  long givenUp() {
    return givenUp;
  }

  /** The rules that most samples fulfilled, with how many did: hostile text. */
  List<Map.Entry<String, Integer>> mostFrequentHits() {
    return hits.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
        .limit(HITS)
        .toList();
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

  /** Empty where they tell nothing: where nothing that runs has a label. */
  OptionalDouble highestThreatScore() {
    return telling(threats).max();
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
