package org.malassay.experiments.benchmark;

import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.malassay.behavior.EventSink;
import org.malassay.behavior.Facet;
import org.malassay.environment.Environment;
import org.malassay.environment.Guest;
import org.malassay.environment.Limits;
import org.malassay.environment.Opening;
import org.malassay.environment.Order;
import org.malassay.options.Options;
import org.malassay.sample.Sample;

/**
 * Runs many samples in a row, and looks for what is there afterwards that was not there before:
 * nothing may be.
 *
 * <p>{@code mvn test -Dbenchmark=soak -Dbenchmark.soak=300}
 */
public final class Soak {
  private static final Limits LIMITS =
      new Limits(Duration.ofSeconds(10), 1 << 20, 256 << 20, 128, 1, 64 << 20);

  /** The first guests load classes and fill pools. */
  private static final int WARM_UP = 3;

  /** The size of a bot, which fills the buffers on the way of its delivery. */
  private static final int SIZE = 128 << 10;

  private final String environment;
  private final int samples;

  /** Runs so many samples in this environment. */
  public Soak(String environment, int samples) {
    this.environment = environment;
    this.samples = samples;
  }

  /**
   * What this process holds.
   *
   * @param processes its descendants
   * @param descriptors its open files
   * @param threads its live threads
   * @param temporary the files in the folder of temporary files that are marked as this process's
   */
  public record Holdings(long processes, long descriptors, long threads, long temporary) {
    static Holdings now() throws IOException {
      String mark = "-" + ProcessHandle.current().pid() + "-";
      try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
        return new Holdings(
            ProcessHandle.current().descendants().count(),
            count(new File("/proc/self/fd")),
            count(new File("/proc/self/task")),
            files.filter(file -> file.getFileName().toString().contains(mark)).count());
      }
    }

    private static long count(File folder) {
      String[] names = folder.list();
      return names == null ? 0 : names.length;
    }
  }

  /**
   * What was held when the pools were full, and in the end.
   *
   * @param diskBytes by how much the disk of temporary files has filled, others' files included
   */
  public record Outcome(
      Holdings before, Holdings after, long diskBytes, Map<String, Integer> endings) {}

  /** Runs it and prints what it counted. */
  void run(PrintStream out) throws Exception {
    long start = System.nanoTime();
    Outcome outcome = measure();
    out.printf(
        "%d samples in %d s%n  before %s%n  after  %s%n  %d KiB more on the disk%n  %s%n",
        samples,
        Duration.ofNanos(System.nanoTime() - start).toSeconds(),
        outcome.before,
        outcome.after,
        outcome.diskBytes / 1024,
        outcome.endings);
  }

  /** Runs the samples one after the other. */
  public Outcome measure() throws Exception {
    Path program = Files.createTempFile("soak", "");
    try (Environment opened =
        Workbench.provider(environment)
            .open(new Opening(Options.of(Map.of()), LIMITS, "soak", EnumSet.allOf(Facet.class)))) {
      Files.writeString(program, "#!/bin/sh\nexit 0\n" + "#".repeat(SIZE));
      Sample sample = Workbench.sample(program);
      Map<String, Integer> endings = new HashMap<>();
      for (int i = 0; i < WARM_UP; i++) {
        one(opened, sample);
      }
      Holdings before = Holdings.now();
      long free = free();
      for (int i = 0; i < samples; i++) {
        endings.merge(one(opened, sample), 1, Integer::sum);
      }
      return new Outcome(before, Holdings.now(), free - free(), endings);
    } finally {
      Files.delete(program);
    }
  }

  private static long free() {
    return new File(System.getProperty("java.io.tmpdir")).getFreeSpace();
  }

  private static String one(Environment environment, Sample sample) throws Exception {
    try (Guest guest = environment.start()) {
      guest.put(sample);
      return guest.run(Order.of(), EventSink.NONE).ending().toString();
    }
  }
}
