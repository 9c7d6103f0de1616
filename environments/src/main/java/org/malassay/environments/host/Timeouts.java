package org.malassay.environments.host;

import java.time.Duration;
import org.malassay.environment.SlowHost;
import org.malassay.options.Options;

/**
 * How long is waited for guests, and for what runs them, on this host.
 *
 * @param factor how many times as long as on a usual host; at least 1
 */
public record Timeouts(double factor) {
  private static final int MS_A_SECOND = 1000;

  public Timeouts {
    if (!(factor >= 1)) {
      throw new IllegalArgumentException("a factor of less than 1: " + factor);
    }
  }

  /** Those of a run, with the factor of {@code -Dtimeouts.factor}. */
  public static Timeouts of(Options options) {
    return new Timeouts(options.get(SlowHost.FACTOR));
  }

  /** How long something is waited for. */
  public Duration of(Timeout what) {
    return of(what.usual());
  }

  /** The same for a time-out that depends on how much there is to do. */
  public Duration of(Duration usual) {
    return Duration.ofMillis(Math.round(usual.toMillis() * factor));
  }

  /**
   * The end of a message on something that took longer, with the remedy. The message begins with
   * what did not happen, such as {@code the guest did not wake up}.
   */
  public String over(Timeout what) {
    return over(of(what));
  }

  /** The same for a time-out of another length. */
  public String over(Duration most) {
    return " in %s s%s".formatted(number(most.toMillis() / (double) MS_A_SECOND), remedy());
  }

  /** The end of such a message with the remedy alone. */
  public String remedy() {
    return "; where the host is slow, give more than -D%s=%s"
        .formatted(SlowHost.FACTOR.name(), number(factor));
  }

  private static String number(double number) {
    return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
  }
}
