package org.malassay.behavior;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A process of the sample from its beginning to its end.
 *
 * @param process its id, as the guest sees it
 * @param begun when it was seen first
 * @param ended when it ended; empty when it outlived the recording, or its end was lost
 * @param status its exit status; empty when a signal ended it
 * @param signal that ended it; empty when it exited by itself
 * @param programs those that it executed, one after the other; none when it ran that of its parent
 * @param children those that it made, in the order of their beginning
 */
public record ProcessLife(
    int process,
    Duration begun,
    Optional<Duration> ended,
    OptionalInt status,
    OptionalInt signal,
    List<ProgramStarted> programs,
    List<ProcessLife> children) {

  /** The number of processes: this one and all below it. */
  long processes() {
    return 1 + children.stream().mapToLong(ProcessLife::processes).sum();
  }

  /** The number of programs that they executed. */
  long executions() {
    return programs.size() + children.stream().mapToLong(ProcessLife::executions).sum();
  }
}
