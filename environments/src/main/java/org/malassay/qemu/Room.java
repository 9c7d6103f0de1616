package org.malassay.qemu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What this machine has for guests.
 *
 * @param processors how many it has
 * @param availableMiB the memory that can be given away without swapping
 */
public record Room(int processors, int availableMiB) {
  /**
   * Most samples sleep, or wait for a network that is not there, until their limit: a processor
   * serves many of them. Those that compute get no less for it, see {@link TimeLimit}, and take as
   * long together as they would one after the other.
   */
  private static final int GUESTS_A_PROCESSOR = 8;

  /** What QEMU needs beside the guest's memory, most of it for translated code. */
  private static final int QEMU_MIB = 128;

  private static final Pattern AVAILABLE = Pattern.compile("MemAvailable:\\s+(\\d+) kB");
  private static final int KIB_A_MIB = 1024;

  /** This machine's. Where the kernel does not tell its memory, there is room for one guest. */
  public static Room here() {
    int processors = Runtime.getRuntime().availableProcessors();
    try {
      return new Room(processors, availableMiB(Files.readAllLines(Path.of("/proc/meminfo"))));
    } catch (IOException e) {
      return new Room(processors, 0);
    }
  }

  static int availableMiB(List<String> meminfo) throws IOException {
    for (String line : meminfo) {
      Matcher matcher = AVAILABLE.matcher(line);
      if (matcher.matches()) {
        return (int) (Long.parseLong(matcher.group(1)) / KIB_A_MIB);
      }
    }
    throw new IOException("/proc/meminfo has no MemAvailable");
  }

  /**
   * How many guests fit in side by side, each with all its memory in use; at least one.
   *
   * @param memoryMiB of a guest
   */
  public int guests(int memoryMiB) {
    int fit = availableMiB / (memoryMiB + QEMU_MIB);
    return Math.max(1, Math.min(processors * GUESTS_A_PROCESSOR, fit));
  }
}
