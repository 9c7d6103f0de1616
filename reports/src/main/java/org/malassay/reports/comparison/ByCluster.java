package org.malassay.reports.comparison;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Function;
import org.malassay.run.Result;
import org.malassay.score.Dimension;

/**
 * The environments of a run beside one another once more, each cluster of near-duplicates counted
 * once: a thousand builds of one program are not a thousand facts. {@link Tests} says how.
 *
 * @param distance up to which TLSH distance samples are near-duplicates
 * @param samples how many were run somewhere
 * @param clusters those that they are, the greatest first
 * @param environments what was found in each, by name
 * @param paired how many clusters have a sample with an answer in every environment
 * @param omnibus whether they run equally often everywhere
 * @param pairs each two of the environments; what they count are clusters
 */
public record ByCluster(
    int distance,
    int samples,
    List<Cluster> clusters,
    List<InEnvironment> environments,
    int paired,
    Optional<CochranQ> omnibus,
    List<Pair> pairs) {

  /**
   * Samples that are near-duplicates.
   *
   * @param sample the path of the first of them: hostile text
   * @param samples how many there are
   * @param family that most of those have that have one: hostile text
   * @param shares the share of them that runs, by environment; none where none has an answer
   */
  public record Cluster(
      String sample, int samples, Optional<String> family, Map<String, Double> shares) {}

  /**
   * What was found in one environment.
   *
   * @param environment its name
   * @param clusters those with an answer there
   * @param share the mean of the shares of them that run; empty without any
   * @param threat the threat scores, of each cluster the mean
   * @param impact the impact scores, likewise
   * @param impactOn those of each dimension
   * @param bothScores the clusters of which something runs and has the scores of both label and
   *     impact
   * @param labelAgainstImpact Kendall's tau between the means of these scores; empty where one of
   *     them does not vary
   */
  public record InEnvironment(
      String environment,
      int clusters,
      OptionalDouble share,
      Scores threat,
      Scores impact,
      Map<Dimension, Scores> impactOn,
      int bothScores,
      OptionalDouble labelAgainstImpact) {

    static InEnvironment of(String environment, List<List<Result>> clusters) {
      double[] shares =
          means(
              clusters,
              row ->
                  Comparison.answered(row)
                      ? OptionalDouble.of(Figures.runs(row) ? 1 : 0)
                      : OptionalDouble.empty());
      Map<Dimension, Scores> impactOn = new EnumMap<>(Dimension.class);
      for (Dimension dimension : Dimension.values()) {
        impactOn.put(
            dimension,
            Scores.of(
                means(
                    clusters,
                    row ->
                        row.impact()
                            .map(it -> it.score(dimension))
                            .orElse(OptionalDouble.empty()))));
      }
      List<List<Result>> both =
          clusters.stream()
              .map(rows -> rows.stream().filter(Figures::runs).filter(Figures::hasBoth).toList())
              .toList();
      double[] labels = means(both, row -> row.label().score());
      return new InEnvironment(
          environment,
          shares.length,
          shares.length == 0 ? OptionalDouble.empty() : OptionalDouble.of(Scores.mean(shares)),
          Scores.of(means(clusters, Result::threatScore)),
          Scores.of(means(clusters, Result::impactScore)),
          impactOn,
          labels.length,
          KendallTau.of(labels, means(both, Result::impactScore)));
    }

    /** Of each cluster that has any such number the mean. */
    private static double[] means(
        List<List<Result>> clusters, Function<Result, OptionalDouble> number) {
      return clusters.stream()
          .map(rows -> rows.stream().map(number).flatMapToDouble(OptionalDouble::stream).toArray())
          .filter(numbers -> numbers.length > 0)
          .mapToDouble(Scores::mean)
          .toArray();
    }

    /** The confidence interval of the share. */
    public Optional<Interval> interval() {
      return share.isPresent()
          ? Optional.of(Interval.wilson(share.getAsDouble(), clusters))
          : Optional.empty();
    }
  }

  /** Compares them; empty where near-duplicates were not looked for. */
  public static Optional<ByCluster> of(List<Result> rows, Clusters near) {
    if (!near.measured()) {
      return Optional.empty();
    }
    Map<String, Map<String, Result>> bySample = Comparison.bySample(rows);
    List<List<Map<String, Result>>> clusters = near.grouped(bySample);
    List<InEnvironment> environments = new ArrayList<>();
    Comparison.byEnvironment(rows)
        .forEach(
            (name, its) -> {
              Map<String, Result> samples = new LinkedHashMap<>();
              its.forEach(row -> samples.put(row.sha256(), row));
              environments.add(InEnvironment.of(name, near.grouped(samples)));
            });
    Tests tests =
        Tests.of(environments.stream().map(InEnvironment::environment).toList(), clusters);
    return Optional.of(
        new ByCluster(
            near.distance(),
            bySample.size(),
            clusters.stream()
                .map(ByCluster::cluster)
                .sorted(
                    Comparator.comparingInt((Cluster it) -> -it.samples())
                        .thenComparing(Cluster::sample))
                .toList(),
            environments,
            tests.paired(),
            tests.omnibus(),
            tests.pairs()));
  }

  private static Cluster cluster(List<Map<String, Result>> samples) {
    Map<String, Integer> families = new TreeMap<>();
    Map<String, int[]> counts = new TreeMap<>();
    for (Map<String, Result> sample : samples) {
      sample.values().stream()
          .map(row -> row.label().family())
          .flatMap(Optional::stream)
          .findFirst()
          .ifPresent(family -> families.merge(family, 1, Integer::sum));
      sample.values().stream()
          .filter(Comparison::answered)
          .forEach(
              row -> {
                int[] count = counts.computeIfAbsent(row.environment(), name -> new int[2]);
                count[0] += Figures.runs(row) ? 1 : 0;
                count[1]++;
              });
    }
    Map<String, Double> shares = new TreeMap<>();
    counts.forEach((name, count) -> shares.put(name, (double) count[0] / count[1]));
    return new Cluster(
        samples.stream()
            .flatMap(sample -> sample.values().stream())
            .map(Result::sample)
            .min(Comparator.naturalOrder())
            .orElse(""),
        samples.size(),
        families.entrySet().stream()
            .max(
                Map.Entry.<String, Integer>comparingByValue()
                    .thenComparing(Map.Entry.comparingByKey(Comparator.reverseOrder())))
            .map(Map.Entry::getKey),
        shares);
  }

  /** How many samples the greatest cluster has; 0 without any. */
  public int greatest() {
    return clusters.isEmpty() ? 0 : clusters.get(0).samples();
  }

  /** What was found in the environment of this name. */
  public InEnvironment in(String environment) {
    return environments.stream()
        .filter(it -> it.environment().equals(environment))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(environment));
  }
}
