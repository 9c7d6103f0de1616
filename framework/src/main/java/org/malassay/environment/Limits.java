package org.malassay.environment;

import java.time.Duration;

/**
 * What a sample may use before it is stopped or held back.
 *
 * @param time how long it may run
 * @param outputBytes how much of each of its output streams is kept
 * @param memoryBytes the guest's memory
 * @param processes the number of processes and threads of the guest
 * @param cpus the guest's share of processors
 * @param diskBytes how much the guest may write to its disk
 */
public record Limits(
    Duration time, long outputBytes, long memoryBytes, int processes, double cpus, long diskBytes) {

  /** The same with another time. */
  public Limits withTime(Duration other) {
    return new Limits(other, outputBytes, memoryBytes, processes, cpus, diskBytes);
  }
}
