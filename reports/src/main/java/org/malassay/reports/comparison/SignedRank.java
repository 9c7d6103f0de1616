package org.malassay.reports.comparison;

import java.util.Arrays;
import java.util.OptionalDouble;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.inference.WilcoxonSignedRankTest;

/**
 * F. Wilcoxon's signed-rank test, two-sided, with zeros ranked as J. W. Pratt has it (JASA 54,
 * 1959): exact for up to 50 samples where no difference is zero and none ties, else by the normal
 * approximation of E. E. Cureton (JASA 62, 1967), with the correction for continuity.
 *
 * <p>The approximation of Commons Statistics 1.2 takes zeros for ties once more; with many zeros it
 * has no value.
 */
final class SignedRank {
  private static final int EXACT = 50;

  private SignedRank() {}

  /** The probability of such differences, or more uneven ones; empty where none is but zero. */
  static OptionalDouble p(double[] differences) {
    double[] sizes = Arrays.stream(differences).map(Math::abs).sorted().toArray();
    int n = sizes.length;
    int zeros = (int) Arrays.stream(sizes).filter(it -> it == 0).count();
    if (zeros == n) {
      return OptionalDouble.empty();
    }
    if (zeros == 0 && n <= EXACT && Arrays.stream(sizes).distinct().count() == n) {
      return OptionalDouble.of(WilcoxonSignedRankTest.withDefaults().test(differences).getPValue());
    }
    double positive = 0;
    for (double difference : differences) {
      positive += difference > 0 ? rank(sizes, difference) : 0;
    }
    double mean = (sum(n) - sum(zeros)) / 2;
    double variance = (squares(n) - squares(zeros)) / 4 - ties(sizes, zeros) / 48;
    double distance = Math.max(0, Math.abs(positive - mean) - 0.5);
    return OptionalDouble.of(
        2 * NormalDistribution.of(0, 1).survivalProbability(distance / Math.sqrt(variance)));
  }

  /** The mean of the places, from 1 on, that this size has. */
  private static double rank(double[] sizes, double size) {
    return (Ranks.below(sizes, size) + 1 + Ranks.below(sizes, Math.nextUp(size))) / 2.0;
  }

  /** The numbers to n. */
  private static double sum(double n) {
    return n * (n + 1) / 2;
  }

  /** Their squares. */
  private static double squares(double n) {
    return n * (n + 1) * (2 * n + 1) / 6;
  }

  private static double ties(double[] sizes, int from) {
    double all = 0;
    for (int i = from; i < sizes.length; ) {
      double equal = Ranks.below(sizes, Math.nextUp(sizes[i])) - i;
      all += equal * equal * equal - equal;
      i += (int) equal;
    }
    return all;
  }
}
