package org.malassay.environments.qemu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How much memory of this machine a process has, with what it shares with others. (What share of
 * that is its own, {@code smaps_rollup} would tell, at 120 ms for half a gigabyte.)
 *
 * @param bytes now; empty when Linux does not tell
 * @param peakBytes the most that it ever had; empty likewise
 */
record ProcessMemory(OptionalLong bytes, OptionalLong peakBytes) {
  private static final Pattern NOW = Pattern.compile("(?m)^VmRSS:\\s+(\\d{1,15}) kB");
  private static final Pattern PEAK = Pattern.compile("(?m)^VmHWM:\\s+(\\d{1,15}) kB");
  private static final int KIB = 1 << 10;

  /**
   * That of a process of this machine; empty when it has ended.
   *
   * @param id of the process, or of one of its threads
   */
  static ProcessMemory of(long id) {
    try {
      return parse(Files.readString(Path.of("/proc", Long.toString(id), "status")));
    } catch (IOException e) {
      return parse("");
    }
  }

  /** Reads {@code /proc/PID/status} (Linux's Documentation/filesystems/proc.rst). */
  static ProcessMemory parse(String text) {
    return new ProcessMemory(number(NOW, text), number(PEAK, text));
  }

  private static OptionalLong number(Pattern line, String text) {
    Matcher number = line.matcher(text);
    return number.find()
        ? OptionalLong.of(Long.parseLong(number.group(1)) * KIB)
        : OptionalLong.empty();
  }
}
