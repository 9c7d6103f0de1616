package org.malassay.run;

import java.util.OptionalDouble;
import java.util.stream.DoubleStream;

/** The one in the middle. */
public final class Median {
  private Median() {}

  /** The mean of the two in the middle where they are even in number; empty of none. */
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
