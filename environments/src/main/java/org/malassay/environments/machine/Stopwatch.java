package org.malassay.environments.machine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The steps by which a guest comes to be, and when each was done. Used by one thread. */
final class Stopwatch {
  private final long start = System.nanoTime();
  private final List<String> done = new ArrayList<>();

  /** Notes a step that is just done. */
  void lap(String step) {
    done.add("%s %d ms".formatted(step, Duration.ofNanos(System.nanoTime() - start).toMillis()));
  }

  /** Each step with the time since the start. */
  @Override
  public String toString() {
    return String.join(", ", done);
  }
}
