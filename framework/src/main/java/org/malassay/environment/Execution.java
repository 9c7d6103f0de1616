package org.malassay.environment;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What happened when a sample was run.
 *
 * @param ending how it ended
 * @param duration from the start of the sample to its end
 * @param cpu the processor time that the sample and its children got, where it could be measured
 * @param stdout what it wrote to its standard output
 * @param stderr what it wrote to its standard error
 * @param outOfMemory true when the guest's kernel killed a process for want of memory
 * @param survivors how many processes of the sample outlived its first one
 * @param refusedCalls the system calls that the environment lacks, in the order in which the sample
 *     first made them; empty where the environment lacks none, or cannot tell
 * @param refusedForks how often a limit on processes and threads refused one; 0 where that cannot
 *     be told
 */
public record Execution(
    Ending ending,
    Duration duration,
    Optional<Duration> cpu,
    Output stdout,
    Output stderr,
    boolean outOfMemory,
    int survivors,
    List<RefusedCall> refusedCalls,
    long refusedForks) {

  public Execution {
    refusedCalls = List.copyOf(refusedCalls);
  }

  /** An execution that met no limit on processes, as far as can be told. */
  public Execution(
      Ending ending,
      Duration duration,
      Optional<Duration> cpu,
      Output stdout,
      Output stderr,
      boolean outOfMemory,
      int survivors,
      List<RefusedCall> refusedCalls) {
    this(ending, duration, cpu, stdout, stderr, outOfMemory, survivors, refusedCalls, 0);
  }
}
