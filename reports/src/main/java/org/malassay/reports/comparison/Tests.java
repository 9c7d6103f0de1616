package org.malassay.reports.comparison;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.malassay.run.Result;

/**
 * The tests of environments by units that are independent of one another: samples, or clusters of
 * near-duplicates. A cluster counts once: for two environments by those of its samples that have an
 * answer (or a score) in both, of which it has the share that runs and the mean of the scores, as
 * summaries of clusters are used in trials (R. J. Hayes, L. H. Moulton: Cluster Randomised Trials,
 * 2nd edition 2017, chapter 10). McNemar's test is then the sign test of which environment more of
 * its samples run in; where each cluster is one sample, every test is that of the samples.
 *
 * @param paired how many units have an answer in every environment
 * @param omnibus whether they run equally often everywhere
 * @param pairs each two of the environments
 */
record Tests(int paired, Optional<CochranQ> omnibus, List<Pair> pairs) {

  /**
   * The tests.
   *
   * @param names of the environments
   * @param units each the samples that it has, each of them its rows by environment
   */
  static Tests of(List<String> names, List<List<Map<String, Result>>> units) {
    List<double[]> complete = complete(names, units);
    return new Tests(complete.size(), CochranQ.of(complete), pairs(names, units));
  }

  private static List<double[]> complete(
      List<String> names, List<List<Map<String, Result>>> units) {
    List<double[]> complete = new ArrayList<>();
    for (List<Map<String, Result>> unit : units) {
      double[] shares = new double[names.size()];
      int samples = 0;
      for (Map<String, Result> sample : unit) {
        if (sample.size() == names.size()
            && sample.values().stream().allMatch(Comparison::answered)) {
          samples++;
          for (int i = 0; i < shares.length; i++) {
            Result row = sample.get(names.get(i));
            shares[i] += row != null && Figures.runs(row) ? 1 : 0;
          }
        }
      }
      if (samples > 0) {
        complete.add(shares); // only which is greater counts: they need not be divided
      }
    }
    return complete;
  }

  private static List<Pair> pairs(List<String> names, List<List<Map<String, Result>>> units) {
    List<Couple> couples = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      for (int j = i + 1; j < names.size(); j++) {
        couples.add(Couple.of(names.get(i), names.get(j), units));
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
              couple.units(),
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

  /** Two environments, before the tests of all of them are corrected for one another. */
  private record Couple(
      String first,
      String second,
      int units,
      McNemar verdicts,
      Optional<ScoreShift> threat,
      Optional<ScoreShift> impact) {

    static Couple of(String first, String second, List<List<Map<String, Result>>> units) {
      List<List<Row>> both = new ArrayList<>();
      for (List<Map<String, Result>> unit : units) {
        List<Row> rows =
            unit.stream()
                .map(sample -> Row.of(sample.get(first), sample.get(second)))
                .flatMap(Optional::stream)
                .toList();
        if (!rows.isEmpty()) {
          both.add(rows);
        }
      }
      int moreFirst = 0;
      int moreSecond = 0;
      for (List<Row> unit : both) {
        long here = unit.stream().filter(row -> Figures.runs(row.first())).count();
        long there = unit.stream().filter(row -> Figures.runs(row.second())).count();
        moreFirst += here > there ? 1 : 0;
        moreSecond += there > here ? 1 : 0;
      }
      return new Couple(
          first,
          second,
          both.size(),
          McNemar.of(moreFirst, moreSecond),
          shift(both, Result::threatScore),
          shift(both, Result::impactScore));
    }

    OptionalDouble verdictsP() {
      return units == 0 ? OptionalDouble.empty() : OptionalDouble.of(verdicts.p());
    }

    /** None where all there are are the zeros of what does not run, though something does. */
    private static Optional<ScoreShift> shift(
        List<List<Row>> units, Function<Result, OptionalDouble> score) {
      List<double[]> means = new ArrayList<>();
      boolean tells = units.stream().flatMap(List::stream).noneMatch(Row::ran);
      for (List<Row> unit : units) {
        List<Row> scored =
            unit.stream()
                .filter(row -> score.apply(row.first()).isPresent())
                .filter(row -> score.apply(row.second()).isPresent())
                .toList();
        tells |= scored.stream().anyMatch(Row::ran);
        if (!scored.isEmpty()) {
          means.add(
              new double[] {
                mean(scored, row -> score.apply(row.first()).orElseThrow()),
                mean(scored, row -> score.apply(row.second()).orElseThrow())
              });
        }
      }
      return means.isEmpty() || !tells
          ? Optional.empty()
          : Optional.of(
              ScoreShift.of(
                  means.stream().mapToDouble(pair -> pair[0]).toArray(),
                  means.stream().mapToDouble(pair -> pair[1]).toArray()));
    }

    private static double mean(List<Row> rows, ToDoubleFunction<Row> of) {
      return Scores.mean(rows.stream().mapToDouble(of).toArray());
    }
  }

  /** The rows of one sample in two environments, with an answer in both. */
  private record Row(Result first, Result second) {
    static Optional<Row> of(@Nullable Result first, @Nullable Result second) {
      return first != null
              && second != null
              && Comparison.answered(first)
              && Comparison.answered(second)
          ? Optional.of(new Row(first, second))
          : Optional.empty();
    }

    boolean ran() {
      return Figures.runs(first) || Figures.runs(second);
    }
  }
}
