package org.malassay.environments.internet;

/**
 * How many answers a guest gets: some thousands a second are more than any program waits for, and
 * take a small part of one processor.
 */
final class Allowance {
  static final int A_SECOND = 2_000;
  static final int AT_ONCE = 4_000;

  private static final double NANOS = 1e9;

  private double left = AT_ONCE;
  private long at;

  /**
   * True when there may be one more.
   *
   * @param now in nanoseconds of the epoch
   */
  boolean take(long now) {
    left = Math.min(AT_ONCE, left + Math.max(0, now - at) / NANOS * A_SECOND);
    at = Math.max(at, now);
    if (left < 1) {
      return false;
    }
    left--;
    return true;
  }
}
