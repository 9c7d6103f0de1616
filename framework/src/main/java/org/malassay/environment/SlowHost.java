package org.malassay.environment;

import org.malassay.options.Option;
import org.malassay.options.Values;

/** How much more time a slow host is given for everything that is not a limit of a sample's. */
public final class SlowHost {
  private static final double MOST = 100;

  public static final Option<Double> FACTOR =
      Option.of(
          "timeouts.factor",
          "NUMBER",
          "1",
          "times so long is waited for guests and what runs them, on a slow host; a sample's limits"
              + " stay as they are",
          SlowHost::factor);

  private SlowHost() {}

  private static double factor(String text) {
    double factor = Values.number(text);
    if (factor < 1 || factor > MOST) {
      throw new IllegalArgumentException("not from 1 to 100");
    }
    return factor;
  }
}
