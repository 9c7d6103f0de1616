package org.malassay.reports.comparison;

import java.util.List;
import java.util.Optional;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;

/**
 * The test of W. G. Cochran (Biometrika 37, 1950): whether the same samples run equally often in
 * all environments.
 *
 * @param q chi-squared distributed where they do
 * @param degrees of freedom: the environments less one
 * @param p the probability of such a q, or a greater one
 */
public record CochranQ(double q, int degrees, double p) {

  /**
   * The test of these samples.
   *
   * @param runs for each sample whether it runs, environment by environment
   * @return empty where no sample differs between environments, or there is but one
   */
  public static Optional<CochranQ> of(List<boolean[]> runs) {
    int environments = runs.isEmpty() ? 0 : runs.get(0).length;
    long[] columns = new long[environments];
    long total = 0;
    long squares = 0;
    for (boolean[] sample : runs) {
      long row = 0;
      for (int i = 0; i < environments; i++) {
        if (sample[i]) {
          columns[i]++;
          row++;
        }
      }
      total += row;
      squares += row * row;
    }
    double below = (double) environments * total - squares;
    if (below == 0) {
      return Optional.empty();
    }
    double columnSquares = 0;
    for (long column : columns) {
      columnSquares += (double) column * column;
    }
    int degrees = environments - 1;
    double q = degrees * (environments * columnSquares - (double) total * total) / below;
    return Optional.of(
        new CochranQ(q, degrees, ChiSquaredDistribution.of(degrees).survivalProbability(q)));
  }
}
