package org.malassay.run;

import java.util.OptionalDouble;
import java.util.stream.DoubleStream;

/** The median of some values. */
public final class Median {
  private Median() {}

  /**
   * The median; of an even number of values the mean of the two in the middle. Empty when there is
   * no value.
   */
  public static OptionalDouble of(DoubleStream values) {
    double[] sorted = values.sorted().toArray();
    if (sorted.length == 0) {
      return OptionalDouble.empty();
    }
    double upper = sorted[sorted.length / 2];
    return OptionalDouble.of(
        sorted.length % 2 == 1 ? upper : (sorted[sorted.length / 2 - 1] + upper) / 2);
  }
}
