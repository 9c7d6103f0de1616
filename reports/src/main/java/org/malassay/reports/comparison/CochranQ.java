package org.malassay.reports.comparison;

import java.util.List;
import java.util.Optional;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;

/**
 * The test of W. G. Cochran (Biometrika 37, 1950): whether the same samples run equally often in
 * all environments. It is M. Friedman's test of ranks (JASA 32, 1937), corrected for ties, of
 * answers that are 0 or 1; of clusters, whose shares lie between, the same formula is Friedman's.
 *
 * @param q chi-squared distributed where they do
 * @param degrees of freedom: the environments less one
 * @param p the probability of such a q, or a greater one
 */
public record CochranQ(double q, int degrees, double p) {

  /**
   * The test of these samples, or clusters of them.
   *
   * @param runs for each whether it runs, 0 or 1, environment by environment; of a cluster the
   *     share that does
   * @return empty where none differs between environments, or there is but one
   */
  public static Optional<CochranQ> of(List<double[]> runs) {
    int environments = runs.isEmpty() ? 0 : runs.get(0).length;
    double[] columns = new double[environments];
    double spread = 0;
    for (double[] one : runs) {
      for (int i = 0; i < environments; i++) {
        double rank = aboveTheMiddle(one, i);
        columns[i] += rank;
        spread += rank * rank;
      }
    }
    if (spread == 0) {
      return Optional.empty();
    }
    double squares = 0;
    for (double column : columns) {
      squares += column * column;
    }
    int degrees = environments - 1;
    double q = degrees * squares / spread;
    return Optional.of(
        new CochranQ(q, degrees, ChiSquaredDistribution.of(degrees).survivalProbability(q)));
  }

  /** The rank of one of the values, the mean of those that tie, less the mean of all ranks. */
  private static double aboveTheMiddle(double[] values, int of) {
    int difference = 0;
    for (double value : values) {
      difference += Double.compare(values[of], value);
    }
    return difference / 2.0;
  }
}
