package org.malassay.reports.comparison;

/**
 * A 95 % confidence interval of a share, by Wilson's score method (E. B. Wilson, <i>Probable
 * inference</i>, JASA 22, 1927), which holds near 0 and 1 and for few samples, too.
 *
 * @param low from 0 to 1
 * @param high from 0 to 1
 */
public record Interval(double low, double high) {
  /** The standard normal distribution's 97.5th percentile. */
  private static final double Z = 1.959963984540054;

  /**
   * That of so many successes of so many.
   *
   * @throws IllegalArgumentException if of none at all, which have no share
   */
  public static Interval wilson(int successes, int of) {
    if (of <= 0 || successes < 0 || successes > of) {
      throw new IllegalArgumentException("no share: %d of %d".formatted(successes, of));
    }
    return wilson((double) successes / of, of);
  }

  /**
   * That of the mean of so many shares. A mean of zeros and ones varies most of all means of shares
   * (R. Bhatia, C. Davis, American Mathematical Monthly 107, 2000), so the interval is at least as
   * wide as it should be.
   *
   * @param share from 0 to 1
   * @param of more than 0
   */
  static Interval wilson(double share, int of) {
    double n = of;
    double scale = 1 + Z * Z / n;
    double middle = (share + Z * Z / (2 * n)) / scale;
    double half = Z / scale * Math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n));
    // Neither end is left to rounding: none of none is 0, and all of all is 1.
    return new Interval(share == 0 ? 0 : middle - half, share == 1 ? 1 : middle + half);
  }
}
