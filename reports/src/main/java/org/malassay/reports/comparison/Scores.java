package org.malassay.reports.comparison;

import java.util.Arrays;

/**
 * Scores of one kind, without those that are missing.
 *
 * @param count how many there are; without one, mean and median are 0 and say nothing
 */
public record Scores(int count, double mean, double median) {

  /** What rounding leaves of a difference between equal means. */
  private static final double EXACT = 1e9;

  /** The mean of at least one number; the same whatever their order. */
  static double mean(double... scores) {
    return scores.length == 1
        ? scores[0]
        : Math.round(Arrays.stream(scores).sum() / scores.length * EXACT) / EXACT;
  }

  /** Those of these numbers. */
  public static Scores of(double[] scores) {
    double[] sorted = scores.clone();
    Arrays.sort(sorted);
    int count = sorted.length;
    if (count == 0) {
      return new Scores(0, 0, 0);
    }
    return new Scores(
        count,
        Arrays.stream(sorted).sum() / count,
        (sorted[(count - 1) / 2] + sorted[count / 2]) / 2);
  }
}
