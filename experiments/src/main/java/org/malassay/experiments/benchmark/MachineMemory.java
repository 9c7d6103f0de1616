package org.malassay.experiments.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The memory of the machines that run side by side, looked at now and then. By one thread. */
final class MachineMemory {
  private static final Pattern PSS = Pattern.compile("Pss:\\s+(\\d+) kB");
  private static final double KIB_A_MIB = 1024;

  /** Only moments at which nearly the most machines ran are counted. */
  private static final double NEARLY = 0.9;

  private final List<Seen> looks = new ArrayList<>();

  /**
   * What was seen at once.
   *
   * @param machines that ran
   * @param pssMiB the mean of their proportional set sizes; not a number when there was none
   */
  record Seen(int machines, double pssMiB) {}

  /** Looks at those of this process that run just now. */
  void look() {
    List<Double> each =
        ProcessHandle.current()
            .descendants()
            .filter(it -> it.info().command().orElse("").contains("qemu-system-"))
            .flatMap(it -> pss(it.pid()).stream())
            .toList();
    if (!each.isEmpty()) {
      looks.add(
          new Seen(each.size(), each.stream().mapToDouble(d -> d).average().orElse(Double.NaN)));
    }
  }

  /** The most that ran at once, and the median of their means while nearly as many did. */
  Seen seen() {
    int most = looks.stream().mapToInt(Seen::machines).max().orElse(0);
    double[] means =
        looks.stream()
            .filter(look -> look.machines >= NEARLY * most)
            .mapToDouble(Seen::pssMiB)
            .toArray();
    return new Seen(most, Workbench.median(means));
  }

  private static Optional<Double> pss(long process) {
    try (Stream<String> lines =
        Files.lines(Path.of("/proc", Long.toString(process), "smaps_rollup"))) {
      return lines
          .map(PSS::matcher)
          .filter(Matcher::matches)
          .map(line -> Double.parseDouble(line.group(1)) / KIB_A_MIB)
          .findFirst();
    } catch (IOException | java.io.UncheckedIOException e) {
      return Optional.empty(); // it has just ended
    }
  }
}
