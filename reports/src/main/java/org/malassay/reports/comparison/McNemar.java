package org.malassay.reports.comparison;

import org.apache.commons.statistics.inference.BinomialTest;

/**
 * The exact test of Q. McNemar (Psychometrika 12, 1947): whether samples that run in one of two
 * environments run as often in the other one only as in the first one only.
 *
 * @param onlyFirst the samples that run in the first environment only
 * @param onlySecond the samples that run in the second one only
 * @param p two-sided; 1 where no sample differs
 */
public record McNemar(int onlyFirst, int onlySecond, double p) {

  /** The test of these numbers. */
  public static McNemar of(int onlyFirst, int onlySecond) {
    int differ = onlyFirst + onlySecond;
    double p =
        differ == 0
            ? 1
            : BinomialTest.withDefaults()
                .test(differ, Math.min(onlyFirst, onlySecond), 0.5)
                .getPValue();
    return new McNemar(onlyFirst, onlySecond, p);
  }
}
