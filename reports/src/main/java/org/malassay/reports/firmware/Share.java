package org.malassay.reports.firmware;

import java.util.OptionalDouble;

/**
 * How many have something.
 *
 * @param yes those that have it
 * @param told those of which it can be told whether they have it
 */
record Share(long yes, long told) {
  static final Share NONE = new Share(0, 0);

  Share plus(Share other) {
    return new Share(yes + other.yes, told + other.told);
  }

  /** From 0 to 1; empty where nothing can be told. */
  OptionalDouble value() {
    return told == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) yes / told);
  }
}
