package org.malassay.environments.qemu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How much memory of this machine a process has; what several have counts for each in part. */
final class ProcessMemory {
  private static final Pattern SHARE =
      Pattern.compile("^Pss:\\s+(\\d{1,15}) kB", Pattern.MULTILINE);
  private static final int KIB = 1 << 10;

  private ProcessMemory() {}

  /**
   * That of a process of this machine in bytes; empty when it has ended, or its owner is another.
   *
   * @param id of the process, or of one of its threads
   */
  static OptionalLong of(long id) {
    try {
      return parse(Files.readString(Path.of("/proc", Long.toString(id), "smaps_rollup")));
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  /** Reads {@code /proc/PID/smaps_rollup} (Linux's Documentation/filesystems/proc.rst). */
  static OptionalLong parse(String text) {
    Matcher share = SHARE.matcher(text);
    return share.find()
        ? OptionalLong.of(Long.parseLong(share.group(1)) * KIB)
        : OptionalLong.empty();
  }
}
