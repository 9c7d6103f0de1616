package org.malassay.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * The process that a guest was made by, as labels on its container, so that a later run can tell
 * which guests nobody will ever remove.
 *
 * @param host what process ids are unique within
 * @param pid of the process
 * @param started when the process was started, in milliseconds of the epoch: ids are used again
 */
record Owner(String host, long pid, long started) {
  /** On every guest, of whatever run. */
  static final String KIND_LABEL = "org.malassay";

  static final String GUEST = "guest";
  static final String RUN_LABEL = "org.malassay.run";
  private static final String HOST_LABEL = "org.malassay.owner.host";
  private static final String PID_LABEL = "org.malassay.owner.pid";
  private static final String STARTED_LABEL = "org.malassay.owner.started";
  private static final String EXPIRES_LABEL = "org.malassay.expires";

  /** What a guest is left alone beyond its time when its owner cannot be seen from here. */
  private static final Duration BEYOND = Duration.ofHours(1);

  /** This very process. */
  static Owner self() {
    ProcessHandle self = ProcessHandle.current();
    return new Owner(thisHost(), self.pid(), startOf(self));
  }

  /** The kernel's boot and the pid namespace where there are such things. */
  private static String thisHost() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip()
          + " "
          + Files.readSymbolicLink(Path.of("/proc/self/ns/pid"));
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.ofNullable(System.getenv("COMPUTERNAME"))
          .or(() -> Optional.ofNullable(System.getenv("HOSTNAME")))
          .orElse("unknown");
    }
  }

  private static long startOf(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }

  /**
   * The labels of a guest.
   *
   * @param life how long it may take from now until it is surely not needed any more
   */
  Map<String, String> labels(String run, Instant now, Duration life) {
    return Map.of(
        KIND_LABEL,
        GUEST,
        RUN_LABEL,
        run,
        HOST_LABEL,
        host,
        PID_LABEL,
        Long.toString(pid),
        STARTED_LABEL,
        Long.toString(started),
        EXPIRES_LABEL,
        Long.toString(now.plus(life).plus(BEYOND).getEpochSecond()));
  }

  /** True when nobody will remove the guest of these labels any more, as far as can be seen. */
  boolean isOrphan(Map<String, String> labels, Instant now) {
    try {
      if (host.equals(labels.get(HOST_LABEL))) {
        return !lives(number(labels, PID_LABEL), number(labels, STARTED_LABEL));
      }
      return now.getEpochSecond() > number(labels, EXPIRES_LABEL);
    } catch (NumberFormatException e) {
      return false; // not ours
    }
  }

  private static long number(Map<String, String> labels, String label) {
    return Long.parseLong(labels.getOrDefault(label, ""));
  }

  private static boolean lives(long pid, long started) {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .filter(process -> startOf(process) == started)
        .isPresent();
  }
}
