package org.malassay.reports.comparison;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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
    Map<String, List<Result>> byEnvironment = byEnvironment(rows);
    Map<String, Map<String, Result>> bySample = bySample(rows);
    List<Figures> figures = new ArrayList<>();
    byEnvironment.forEach((name, its) -> figures.add(Figures.of(name, its)));
    List<String> names = List.copyOf(byEnvironment.keySet());
    Tests tests = Tests.of(names, bySample.values().stream().map(List::of).toList());
    return new Comparison(
        bySample.size(),
        figures,
        tests.paired(),
        tests.omnibus(),
        tests.pairs(),
        least(figures)
            .map(least -> causes(least.environment(), bySample.values()))
            .orElse(Map.of()));
  }

  /** The rows of each environment, in their order by path. */
  public static Map<String, List<Result>> byEnvironment(List<Result> rows) {
    Map<String, List<Result>> byEnvironment = new TreeMap<>();
    for (Result row : Sorted.of(rows)) {
      byEnvironment.computeIfAbsent(row.environment(), name -> new ArrayList<>()).add(row);
    }
    return byEnvironment;
  }

  /** The rows of each sample by their environments, the samples by their SHA-256. */
  public static Map<String, Map<String, Result>> bySample(List<Result> rows) {
    Map<String, Map<String, Result>> bySample = new LinkedHashMap<>();
    for (Result row : Sorted.of(rows)) {
      bySample
          .computeIfAbsent(row.sha256(), sha256 -> new LinkedHashMap<>())
          .put(row.environment(), row);
    }
    return bySample;
  }

  static boolean answered(Result row) {
    return row.verdict().outcome() != Outcome.INCONCLUSIVE;
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
}
