package org.malassay.environments.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.malassay.environments.qemu.TimeLimit;

/**
 * A host's capacity for guests.
 *
 * @param processors how many it has
 * @param availableMiB the memory that can be given away without swapping
 */
public record Capacity(int processors, int availableMiB) {
  /**
   * Most samples sleep, or wait for a network that is not there, until their limit: a processor
   * serves many of them. Those that compute get no less time, see {@link TimeLimit}, and take as
   * long together as one after the other.
   */
  private static final int GUESTS_A_PROCESSOR = 16;

  /** A guest that boots computes for minutes; beside it, one more may run its sample. */
  private static final int BOOTED_GUESTS_A_PROCESSOR = 2;

  /** The memory for code that QEMU has translated, of all machines together. */
  private static final int TRANSLATED_MIB = 384;

  /** Enough for all that a guest translates while it runs one sample. */
  private static final int MOST_TRANSLATED_MIB = 64;

  /** With less memory, QEMU throws all translated code away again and again. */
  private static final int LEAST_TRANSLATED_MIB = 24;

  /** What QEMU needs beside the guest's memory, most of it for translated code. */
  private static final int QEMU_MIB = 128;

  private static final Pattern AVAILABLE = Pattern.compile("MemAvailable:\\s+(\\d+) kB");
  private static final int KIB_A_MIB = 1024;

  /** This machine's. Where the kernel does not tell its memory, there is room for one guest. */
  public static Capacity here() {
    int processors = Runtime.getRuntime().availableProcessors();
    try {
      return new Capacity(processors, availableMiB(Files.readAllLines(Path.of("/proc/meminfo"))));
    } catch (IOException e) {
      return new Capacity(processors, 0);
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
    return guests(memoryMiB, GUESTS_A_PROCESSOR);
  }

  /** The same for guests that are booted, each of them. */
  public int bootedGuests(int memoryMiB) {
    return guests(memoryMiB, BOOTED_GUESTS_A_PROCESSOR);
  }

  private int guests(int memoryMiB, int guestsAProcessor) {
    int fit = availableMiB / (memoryMiB + QEMU_MIB);
    return Math.max(1, Math.min(processors * guestsAProcessor, fit));
  }

  /**
   * How much memory a machine gets for code that QEMU has translated, so that few of them are fast
   * and many are small. QEMU itself would take a gigabyte, and keep of it what it has once used.
   *
   * @param machines that run side by side, this one among them
   */
  public static int translatedMiB(int machines) {
    return Math.max(LEAST_TRANSLATED_MIB, Math.min(MOST_TRANSLATED_MIB, TRANSLATED_MIB / machines));
  }
}
