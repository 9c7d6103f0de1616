package org.malassay.environments.tracing;

import org.malassay.behavior.FacetState;

/** How much is kept of what the descriptors of one guest are, whatever its processes open. */
final class DescriptorRoom {
  /** Forty thousand descriptors of files with short paths. */
  private static final long MOST_BYTES = 8L << 20;

  private long used;
  private boolean refused;

  /** Takes room; false if there is none. */
  boolean take(long bytes) {
    if (used + bytes > MOST_BYTES) {
      refused = true;
      return false;
    }
    used += bytes;
    return true;
  }

  void giveBack(long bytes) {
    used -= bytes;
  }

  /** What it means for the calls: none is lost, but some are told without their path. */
  FacetState state() {
    return refused
        ? FacetState.cut(
            0,
            "more than %d MiB of descriptors' paths, beyond which they are unknown"
                .formatted(MOST_BYTES >> 20))
        : FacetState.OBSERVED;
  }
}
