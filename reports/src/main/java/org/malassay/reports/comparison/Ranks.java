package org.malassay.reports.comparison;

/** Of numbers in ascending order. */
final class Ranks {
  private Ranks() {}

  /** How many are less than this one. */
  static int below(double[] sorted, double value) {
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
}
