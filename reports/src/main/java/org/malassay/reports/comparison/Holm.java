package org.malassay.reports.comparison;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The correction of S. Holm (Scandinavian Journal of Statistics 6, 1979) for several tests at once.
 */
final class Holm {
  private Holm() {}

  /** The adjusted probability of each, in the same order, none above 1. */
  static double[] adjusted(double... probabilities) {
    int[] order =
        IntStream.range(0, probabilities.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> probabilities[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] adjusted = new double[probabilities.length];
    double most = 0;
    for (int rank = 0; rank < order.length; rank++) {
      double scaled = (order.length - rank) * probabilities[order[rank]];
      most = Math.max(most, Math.min(1, scaled));
      adjusted[order[rank]] = most;
    }
    return adjusted;
  }
}
