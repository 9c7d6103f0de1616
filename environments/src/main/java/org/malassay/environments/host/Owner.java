package org.malassay.environments.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * The process that a guest was made by, as marks on the guest (labels of its container, a file in
 * the folder of its machine), so that a later run can tell which guests nobody will ever remove.
 *
 * @param host what process ids are unique within
 * @param pid of the process
 * @param started when the process was started, as {@link #of} tells it: ids are used again
 */
public record Owner(String host, long pid, long started) {
  private static final String HOST = "org.malassay.owner.host";
  private static final String PID = "org.malassay.owner.pid";
  private static final String STARTED = "org.malassay.owner.started";
  private static final String EXPIRES = "org.malassay.expires";

  /** How long beyond its time a guest is left alone when its owner cannot be seen from here. */
  private static final Duration BEYOND = Duration.ofHours(1);

  /** The kernel's field of this name, counted from the one after the process's own name. */
  private static final int STARTTIME = 19;

  /** This very process. */
  public static Owner self() {
    return of(ProcessHandle.current());
  }

  /** A process that can be seen from here. */
  public static Owner of(ProcessHandle process) {
    return new Owner(thisHost(), process.pid(), startOf(process));
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

  /**
   * In the kernel's ticks since its boot, which do not change when the clock is set; where there
   * are no ticks, in milliseconds of the epoch.
   */
  private static long startOf(ProcessHandle process) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", STARTTIME + 2);
      return Long.parseLong(fields[STARTTIME]);
    } catch (IOException | RuntimeException e) {
      return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }
  }

  /**
   * The marks of a guest.
   *
   * @param life how long it may take from now until it is surely not needed any more
   */
  public Map<String, String> marks(Instant now, Duration life) {
    return Map.of(
        HOST,
        host,
        PID,
        Long.toString(pid),
        STARTED,
        Long.toString(started),
        EXPIRES,
        Long.toString(now.plus(life).plus(BEYOND).getEpochSecond()));
  }

  /**
   * True when nobody will remove the guest of these marks any more, as far as can be seen from
   * here. What has no such marks is not ours, and no orphan.
   */
  public boolean isOrphan(Map<String, String> marks, Instant now) {
    try {
      if (host.equals(marks.get(HOST))) {
        return !lives(number(marks, PID), number(marks, STARTED));
      }
      return now.getEpochSecond() > number(marks, EXPIRES);
    } catch (NumberFormatException e) {
      return false; // not ours
    }
  }

  private static long number(Map<String, String> marks, String mark) {
    return Long.parseLong(marks.getOrDefault(mark, ""));
  }

  private static boolean lives(long pid, long started) {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .filter(process -> startOf(process) == started)
        .isPresent();
  }
}
