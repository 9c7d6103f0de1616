package org.malassay.environments.internet;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Up to when all is remembered: what comes when there is no more room is left out. */
final class Memory {
  private @Nullable Duration until;

  /** Something at that time is left out. */
  void leaveOut(Duration at) {
    if (knows(at)) {
      until = at;
    }
  }

  /** False when something at that time may have been left out. */
  boolean knows(Duration at) {
    return until == null || at.compareTo(until) < 0;
  }
}
