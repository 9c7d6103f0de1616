package org.malassay.reports.comparison;

import java.util.Arrays;
import java.util.OptionalDouble;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.inference.WilcoxonSignedRankTest;

/**
 * How the scores of the same samples differ between two environments.
 *
 * @param samples those that have a score in both
 * @param medianDifference of the first less the second, sample by sample
 * @param p of Wilcoxon's signed-rank test, two-sided, zeros ranked as J. W. Pratt has it (JASA 54,
 *     1959), with the corrected normal approximation beyond 50 samples and where differences tie;
 *     empty where no sample differs
 * @param delta the effect: N. Cliff's delta (Psychological Bulletin 114, 1993) in its form for
 *     unpaired data, from -1 to 1: how much likelier a score of the first is greater than one of
 *     the second than smaller
 */
public record ScoreShift(int samples, double medianDifference, OptionalDouble p, double delta) {
  /** As many samples as the exact test is for. */
  private static final int EXACT = 50;

  private static final double CONTINUITY = 0.5;

  /**
   * The shift from the second environment to the first one.
   *
   * @param first the scores in the one, a sample each
   * @param second those of the same samples in the other
   * @throws IllegalArgumentException if there are none, or not as many
   */
  public static ScoreShift of(double[] first, double[] second) {
    if (first.length == 0 || first.length != second.length) {
      throw new IllegalArgumentException(
          "no pairs: %d and %d scores".formatted(first.length, second.length));
    }
    double[] differences = new double[first.length];
    Arrays.setAll(differences, i -> first[i] - second[i]);
    return new ScoreShift(
        first.length, Scores.of(differences).median(), wilcoxon(differences), cliff(first, second));
  }

  static OptionalDouble wilcoxon(double[] differences) {
    if (Arrays.stream(differences).allMatch(it -> it == 0)) {
      return OptionalDouble.empty();
    }
    double[] sizes = Arrays.stream(differences).map(Math::abs).sorted().toArray();
    boolean distinct = sizes[0] > 0 && Arrays.stream(sizes).distinct().count() == sizes.length;
    return OptionalDouble.of(
        distinct && sizes.length <= EXACT
            ? WilcoxonSignedRankTest.withDefaults().test(differences).getPValue()
            : approximation(differences, sizes));
  }

  /**
   * The normal approximation by Pratt: zeros are ranked and then left out, the others' ties make
   * the variance smaller. (Commons Statistics has the zeros among the ties, which makes the p too
   * small, or no number, where many samples do not differ.)
   *
   * @param sizes the differences without their signs, sorted
   */
  private static double approximation(double[] differences, double[] sizes) {
    double n = sizes.length;
    double zeros = below(sizes, Double.MIN_VALUE);
    double ties = 0;
    for (int i = (int) zeros; i < n; ) {
      double tied = below(sizes, Math.nextUp(sizes[i])) - i;
      ties += tied * tied * tied - tied;
      i += (int) tied;
    }
    double positive = 0;
    for (double difference : differences) {
      if (difference > 0) {
        positive += (below(sizes, difference) + 1 + below(sizes, Math.nextUp(difference))) / 2.0;
      }
    }
    double mean = (n * (n + 1) - zeros * (zeros + 1)) / 4;
    double variance =
        (n * (n + 1) * (2 * n + 1) - zeros * (zeros + 1) * (2 * zeros + 1) - ties / 2) / 24;
    double z = Math.max(0, Math.abs(positive - mean) - CONTINUITY) / Math.sqrt(variance);
    return 2 * NormalDistribution.of(0, 1).survivalProbability(z);
  }

  static double cliff(double[] first, double[] second) {
    double[] sorted = second.clone();
    Arrays.sort(sorted);
    long dominance = 0;
    for (double value : first) {
      dominance += below(sorted, value) - above(sorted, value);
    }
    return dominance / ((double) first.length * second.length);
  }

  private static int below(double[] sorted, double value) {
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] < value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static long above(double[] sorted, double value) {
    return sorted.length - below(sorted, Math.nextUp(value));
  }
}
