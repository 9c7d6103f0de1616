package org.malassay.reports.comparison;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Function;
import org.malassay.reports.writing.Sorted;
import org.malassay.run.Result;
import org.malassay.verdict.Cause;
import org.malassay.verdict.Verdict.Outcome;

/**
 * The environments of a run beside one another.
 *
 * @param samples how many different files were run somewhere
 * @param environments what was found in each, by name
 * @param paired how many samples have an answer in every environment
 * @param omnibus whether they run equally often everywhere; empty with one environment, and where
 *     no sample differs
 * @param pairs each two of the environments
 * @param leastCauses why the samples that run elsewhere do not run in the environment where the
 *     least do, most often first
 */
public record Comparison(
    int samples,
    List<Figures> environments,
    int paired,
    Optional<CochranQ> omnibus,
    List<Pair> pairs,
    Map<Cause.Type, Integer> leastCauses) {

  /** The level of significance. */
  public static final double ALPHA = 0.05;

  /** Compares the environments that the rows are from. */
  public static Comparison of(List<Result> rows) {
    Map<String, List<Result>> byEnvironment = new TreeMap<>();
    Map<String, Map<String, Result>> bySample = new LinkedHashMap<>();
    for (Result row : Sorted.of(rows)) {
      byEnvironment.computeIfAbsent(row.environment(), name -> new ArrayList<>()).add(row);
      bySample
          .computeIfAbsent(row.sha256(), sha256 -> new LinkedHashMap<>())
          .put(row.environment(), row);
    }
    List<Figures> figures = new ArrayList<>();
    byEnvironment.forEach((name, its) -> figures.add(Figures.of(name, its)));
    List<String> names = List.copyOf(byEnvironment.keySet());
    List<boolean[]> complete = complete(names, bySample.values());
    return new Comparison(
        bySample.size(),
        figures,
        complete.size(),
        CochranQ.of(complete),
        pairs(names, bySample.values()),
        least(figures)
            .map(least -> causes(least.environment(), bySample.values()))
            .orElse(Map.of()));
  }

  private static boolean answered(Result row) {
    return row.verdict().outcome() != Outcome.INCONCLUSIVE;
  }

  private static List<boolean[]> complete(
      List<String> names, Iterable<Map<String, Result>> samples) {
    List<boolean[]> complete = new ArrayList<>();
    for (Map<String, Result> sample : samples) {
      if (sample.size() == names.size()
          && sample.values().stream().allMatch(Comparison::answered)) {
        boolean[] runs = new boolean[names.size()];
        for (int i = 0; i < runs.length; i++) {
          Result row = sample.get(names.get(i));
          runs[i] = row != null && Figures.runs(row);
        }
        complete.add(runs);
      }
    }
    return complete;
  }

  private static List<Pair> pairs(List<String> names, Iterable<Map<String, Result>> samples) {
    List<Couple> couples = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      for (int j = i + 1; j < names.size(); j++) {
        couples.add(Couple.of(names.get(i), names.get(j), samples));
      }
    }
    List<OptionalDouble> verdicts = adjusted(couples, Couple::verdictsP);
    List<OptionalDouble> threats = adjusted(couples, it -> p(it.threat()));
    List<OptionalDouble> impacts = adjusted(couples, it -> p(it.impact()));
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < couples.size(); i++) {
      Couple couple = couples.get(i);
      pairs.add(
          new Pair(
              couple.first(),
              couple.second(),
              couple.samples(),
              couple.verdicts(),
              verdicts.get(i),
              couple.threat(),
              threats.get(i),
              couple.impact(),
              impacts.get(i)));
    }
    return pairs;
  }

  private static OptionalDouble p(Optional<ScoreShift> shift) {
    return shift.map(ScoreShift::p).orElse(OptionalDouble.empty());
  }

  /** What was not tested is not corrected for. */
  private static List<OptionalDouble> adjusted(
      List<Couple> couples, Function<Couple, OptionalDouble> p) {
    List<OptionalDouble> raw = couples.stream().map(p).toList();
    double[] adjusted =
        Holm.adjusted(raw.stream().flatMapToDouble(OptionalDouble::stream).toArray());
    List<OptionalDouble> all = new ArrayList<>();
    int next = 0;
    for (OptionalDouble one : raw) {
      all.add(one.isPresent() ? OptionalDouble.of(adjusted[next++]) : OptionalDouble.empty());
    }
    return all;
  }

  /** The environment in which the smallest share runs; empty with fewer than two. */
  public Optional<Figures> least() {
    return least(environments);
  }

  private static Optional<Figures> least(List<Figures> figures) {
    List<Figures> answered = figures.stream().filter(it -> it.conclusive() > 0).toList();
    return answered.size() < 2
        ? Optional.empty()
        : answered.stream().min((one, other) -> Double.compare(share(one), share(other)));
  }

  private static double share(Figures figures) {
    return figures.share().orElse(0);
  }

  private static Map<Cause.Type, Integer> causes(
      String environment, Iterable<Map<String, Result>> samples) {
    Map<Cause.Type, Integer> causes = new TreeMap<>();
    for (Map<String, Result> sample : samples) {
      Optional<Cause> cause =
          Optional.ofNullable(sample.get(environment))
              .filter(Comparison::answered)
              .flatMap(row -> row.verdict().cause());
      if (cause.isPresent() && sample.values().stream().anyMatch(Figures::runs)) {
        causes.merge(cause.get().type(), 1, Integer::sum);
      }
    }
    Map<Cause.Type, Integer> sorted = new LinkedHashMap<>();
    causes.entrySet().stream()
        .sorted(Map.Entry.<Cause.Type, Integer>comparingByValue().reversed())
        .forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
    return sorted;
  }

  /** Two environments, before the tests of all of them are corrected for one another. */
  private record Couple(
      String first,
      String second,
      int samples,
      McNemar verdicts,
      Optional<ScoreShift> threat,
      Optional<ScoreShift> impact) {

    static Couple of(String first, String second, Iterable<Map<String, Result>> samples) {
      List<Result> one = new ArrayList<>();
      List<Result> other = new ArrayList<>();
      for (Map<String, Result> sample : samples) {
        Result here = sample.get(first);
        Result there = sample.get(second);
        if (here != null && there != null && answered(here) && answered(there)) {
          one.add(here);
          other.add(there);
        }
      }
      int onlyFirst = 0;
      int onlySecond = 0;
      for (int i = 0; i < one.size(); i++) {
        boolean here = Figures.runs(one.get(i));
        boolean there = Figures.runs(other.get(i));
        onlyFirst += here && !there ? 1 : 0;
        onlySecond += there && !here ? 1 : 0;
      }
      return new Couple(
          first,
          second,
          one.size(),
          McNemar.of(onlyFirst, onlySecond),
          shift(one, other, Result::threatScore),
          shift(one, other, Result::impactScore));
    }

    OptionalDouble verdictsP() {
      return samples == 0 ? OptionalDouble.empty() : OptionalDouble.of(verdicts.p());
    }

    private static Optional<ScoreShift> shift(
        List<Result> one, List<Result> other, Function<Result, OptionalDouble> score) {
      List<double[]> both = new ArrayList<>();
      for (int i = 0; i < one.size(); i++) {
        OptionalDouble here = score.apply(one.get(i));
        OptionalDouble there = score.apply(other.get(i));
        if (here.isPresent() && there.isPresent()) {
          both.add(new double[] {here.getAsDouble(), there.getAsDouble()});
        }
      }
      return both.isEmpty()
          ? Optional.empty()
          : Optional.of(
              ScoreShift.of(
                  both.stream().mapToDouble(pair -> pair[0]).toArray(),
                  both.stream().mapToDouble(pair -> pair[1]).toArray()));
    }
  }
}
