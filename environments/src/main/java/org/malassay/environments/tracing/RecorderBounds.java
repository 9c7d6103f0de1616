package org.malassay.environments.tracing;

/**
 * How much is recorded of one guest, whatever its sample does. What is beyond is counted.
 *
 * @param share calls of one number
 * @param rate bytes of records a second, for calls and for processes each
 * @param burst bytes of records at once, likewise
 * @param calls calls in all
 * @param processes beginnings, programs and ends of processes in all
 */
public record RecorderBounds(long share, long rate, long burst, long calls, long processes) {
  private static final long MIB = 1L << 20;

  /**
   * 20,000 calls of a kind, some 20,000 a second, and 200,000 in all; 60,000 things of processes.
   */
  public static final RecorderBounds DEFAULT =
      new RecorderBounds(20_000, 4 * MIB, 4 * MIB, 200_000, 60_000);

  /** The argument of {@code --bounds}. */
  String argument() {
    return "%d,%d,%d,%d,%d".formatted(share, rate, burst, calls, processes);
  }
}
