package org.malassay.reports.comparison;

import java.util.Arrays;
import java.util.OptionalDouble;

/**
 * How the scores of the same samples differ between two environments.
 *
 * @param samples those that have a score in both
 * @param medianDifference of the first less the second, sample by sample
 * @param p of Wilcoxon's signed-rank test, two-sided ({@link SignedRank}); empty where no sample
 *     differs
 * @param delta the effect: N. Cliff's delta (Psychological Bulletin 114, 1993) in its form for
 *     unpaired data, from -1 to 1: how much likelier a score of the first is greater than one of
 *     the second than smaller
 */
public record ScoreShift(int samples, double medianDifference, OptionalDouble p, double delta) {

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
    // Rounded, so that 0.3 less 0.2 and 0.2 less 0.1 tie.
    Arrays.setAll(differences, i -> Math.rint((first[i] - second[i]) * 1e6) / 1e6);
    return new ScoreShift(
        first.length,
        Scores.of(differences).median(),
        SignedRank.p(differences),
        cliff(first, second));
  }

  static double cliff(double[] first, double[] second) {
    double[] sorted = second.clone();
    Arrays.sort(sorted);
    long dominance = 0;
    for (double value : first) {
      dominance += Ranks.below(sorted, value) - above(sorted, value);
    }
    return dominance / ((double) first.length * second.length);
  }

  private static long above(double[] sorted, double value) {
    return (long) sorted.length - Ranks.below(sorted, Math.nextUp(value));
  }
}
