package org.malassay.environments.qemu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What the host gave an emulated processor.
 *
 * @param ran the processor time that it got
 * @param waited how long it was ready to run, and the host ran something else
 */
public record VcpuTime(Duration ran, Duration waited) {
  private static final VcpuTime UNKNOWN = new VcpuTime(Duration.ZERO, Duration.ZERO);

  /**
   * What a thread of this machine has got since it began; zero of both when Linux does not tell it.
   */
  static VcpuTime of(long thread) {
    return read(thread).orElse(UNKNOWN);
  }

  /** The same; empty when Linux does not tell it. */
  static Optional<VcpuTime> read(long thread) {
    try {
      String line = Files.readString(Path.of("/proc", Long.toString(thread), "schedstat"));
      return Optional.of(parse(line));
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty(); // the thread has ended, or the kernel was built without
    }
  }

  /**
   * Reads the line of {@code /proc/PID/schedstat}: nanoseconds run, nanoseconds waited, time slices
   * (Linux's Documentation/scheduler/sched-stats.rst).
   */
  static VcpuTime parse(String line) {
    String[] fields = line.strip().split(" ", -1);
    if (fields.length < 2) {
      throw new IllegalArgumentException("not what Linux says of a thread: " + line);
    }
    return new VcpuTime(
        Duration.ofNanos(Long.parseLong(fields[0])), Duration.ofNanos(Long.parseLong(fields[1])));
  }

  /**
   * What all processors of a machine got between two moments: together how long they ran, and how
   * long the one waited that waited longest, as they waited side by side.
   */
  public static VcpuTime between(List<VcpuTime> before, List<VcpuTime> after) {
    Duration ran = Duration.ZERO;
    Duration waited = Duration.ZERO;
    for (int i = 0; i < Math.min(before.size(), after.size()); i++) {
      ran = ran.plus(growth(before.get(i).ran, after.get(i).ran));
      Duration here = growth(before.get(i).waited, after.get(i).waited);
      waited = here.compareTo(waited) > 0 ? here : waited;
    }
    return new VcpuTime(ran, waited);
  }

  /** Never negative: of a thread that has ended by now, nothing is known any more. */
  private static Duration growth(Duration before, Duration after) {
    return after.compareTo(before) > 0 ? after.minus(before) : Duration.ZERO;
  }
}
