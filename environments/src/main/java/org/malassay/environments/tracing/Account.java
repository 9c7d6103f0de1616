package org.malassay.environments.tracing;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.malassay.behavior.FacetState;

/**
 * What the recorder says of one guest at its end: {@code struct account}.
 *
 * @param calls how many the guest made
 * @param told how many of them were told, as records
 * @param own what an emulator asked for itself, which are not among the calls
 * @param overShare calls that were not told because there were too many of one kind
 * @param overRate too many in one moment
 * @param overTotal too many in all
 * @param noRoom because nobody took them in time
 * @param processesLost beginnings, programs and ends of processes that were not told
 * @param tasksLost threads and processes that could not be followed
 * @param missed how often the kernel skipped the recorder since it began, whosever call it was
 */
record Account(
    long calls,
    long told,
    long own,
    long overShare,
    long overRate,
    long overTotal,
    long noRoom,
    long processesLost,
    long tasksLost,
    long missed) {

  static final int COUNT_BYTES = 24;

  /**
   * How often one call was made: {@code struct counted}.
   *
   * @param failed how many of these failed
   */
  record Count(Abi abi, int number, long calls, long failed) {}

  /** Reads it; empty when this is none. */
  static Optional<Account> read(ByteBuffer in) {
    try {
      return Optional.of(
          new Account(
              in.getLong(),
              in.getLong(),
              in.getLong(),
              in.getLong(),
              in.getLong(),
              in.getLong(),
              in.getLong(),
              in.getLong(),
              in.getLong(),
              in.getLong()));
    } catch (BufferUnderflowException e) {
      return Optional.empty();
    }
  }

  /** Reads as many counts as there are; those of unknown kinds are passed over. */
  static List<Count> counts(ByteBuffer in) {
    List<Count> counts = new ArrayList<>();
    while (in.remaining() >= COUNT_BYTES) {
      int number = in.getShort() & 0xFFFF;
      Optional<Abi> abi = Abi.of(in.getShort() & 0xFFFF);
      in.getInt();
      long calls = in.getLong();
      long failed = in.getLong();
      abi.ifPresent(it -> counts.add(new Count(it, number, calls, failed)));
    }
    return counts;
  }

  /** The state of the facet of calls. */
  FacetState ofCalls(RecorderBounds bounds) {
    return FacetState.OBSERVED
        .and(lost(overShare, "more than %d of one kind".formatted(bounds.share())))
        .and(lost(overRate, "more than %d MiB a second".formatted(bounds.rate() >> 20)))
        .and(lost(overTotal, "more than %d in all".formatted(bounds.calls())))
        .and(lost(noRoom, "nobody took them in time"))
        .and(unfollowed());
  }

  /** The state of the facet of processes. */
  FacetState ofProcesses(RecorderBounds bounds) {
    return FacetState.OBSERVED
        .and(
            lost(
                processesLost,
                "more than %d in all, or too many at once".formatted(bounds.processes())))
        .and(unfollowed());
  }

  private FacetState unfollowed() {
    return tasksLost == 0
        ? FacetState.OBSERVED
        : FacetState.cut(0, "%d threads or processes could not be followed".formatted(tasksLost));
  }

  private static FacetState lost(long events, String why) {
    return events == 0 ? FacetState.OBSERVED : FacetState.cut(events, why);
  }
}
