package org.malassay.experiments.benchmark;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.malassay.behavior.EventSink;
import org.malassay.environment.Environment;
import org.malassay.environment.Guest;
import org.malassay.environment.Limits;
import org.malassay.environment.Opening;
import org.malassay.environment.Order;
import org.malassay.environment.Probe;
import org.malassay.options.Options;
import org.malassay.run.Median;
import org.malassay.sample.Sample;

/**
 * How fast a unikernel is there, beside a container on the same machine in the same run; how many
 * requests it answers; how large it is.
 *
 * <p>The first guest of an environment starts its own QEMU: that is measured from QEMU's start to
 * the first HTTP 200. The ones after it find theirs started ahead: they are measured in turns with
 * containers, from asking for a guest to its first HTTP 200, each on a host that has come to rest.
 *
 * <p>{@code mvn test -Dbenchmark=unikernel}; {@code -Dbenchmark.boots=30 -Dbenchmark.clients=2} are
 * the defaults, {@code -Dbenchmark.unikernel=unikernel} the environment.
 */
final class UnikernelBenchmark {
  private static final int BOOTS = Integer.getInteger("benchmark.boots", 30);

  /**
   * With more than two at a time, a client waits a second for its connection now and then: QEMU's
   * network listens with a backlog of one, and the host drops a third client.
   */
  private static final int CLIENTS = Integer.getInteger("benchmark.clients", 2);

  private static final String UNIKERNEL = System.getProperty("benchmark.unikernel", "unikernel");
  private static final int WARMING_UP = 5;

  /**
   * The time in which what follows the end of a guest, such as the engine's cleaning up, is over.
   */
  private static final Duration REST = Duration.ofMillis(500);

  private static final Duration REQUESTING = Duration.ofSeconds(5);
  private static final Limits LIMITS =
      new Limits(Duration.ofSeconds(10), 1 << 20, 256 << 20, 128, 1, 256 << 20);

  private UnikernelBenchmark() {}

  /** Runs it. */
  static void run(PrintStream out) throws Exception {
    try (Workbench bench = Workbench.open();
        Environment unikernel = open(UNIKERNEL);
        Environment container = open("container")) {
      Path program = Files.writeString(bench.folder().resolve("nothing"), "");
      print(unikernel, container, Workbench.sample(program), out);
    }
  }

  private static Environment open(String name) throws Exception {
    return Workbench.provider(name).open(new Opening(Options.of(Map.of()), LIMITS, "benchmark"));
  }

  private static void print(
      Environment unikernel, Environment container, Sample sample, PrintStream out)
      throws Exception {
    List<Double> cold = new ArrayList<>();
    for (int i = -WARMING_UP; i < BOOTS; i++) {
      try (Environment opened = open(UNIKERNEL)) {
        start(opened, sample, i, cold);
      }
    }
    List<Double> ours = new ArrayList<>();
    List<Double> theirs = new ArrayList<>();
    for (int i = -WARMING_UP; i < BOOTS; i++) {
      start(unikernel, sample, i, ours);
      start(container, sample, i, theirs);
    }
    double containers = median(theirs);
    out.printf("%n%s: %s%n", unikernel.name(), unikernel.facts().get("kernel"));
    row(out, "container, to first HTTP 200, median of %d".formatted(BOOTS), "%.0f ms", containers);
    shares(out, "from QEMU's start", median(cold), containers);
    shares(out, "QEMU started ahead, in turns with containers", median(ours), containers);
    row(out, "HTTP requests, %d at a time".formatted(CLIENTS), "%.0f /s", requests(unikernel));
    out.printf("%-46s %s%n", "image", unikernel.facts().get("image size"));
  }

  private static void shares(PrintStream out, String name, double millis, double containers) {
    row(out, name, "%.0f ms", millis);
    row(out, "  share of the container's time", "%.0f %%", 100 * millis / containers);
  }

  private static double median(List<Double> values) {
    return Median.of(values.stream().mapToDouble(Double::doubleValue)).orElseThrow();
  }

  private static void row(PrintStream out, String name, String format, double value) {
    out.printf(Locale.ROOT, "%-46s " + format + "%n", name, value);
  }

  /** Adds the milliseconds until a fresh guest has answered, unless the round is a warm-up. */
  private static void start(Environment environment, Sample sample, int round, List<Double> millis)
      throws Exception {
    Thread.sleep(REST.toMillis());
    long start = System.nanoTime();
    try (Guest guest = environment.start()) {
      double taken = (System.nanoTime() - start) / 1e6;
      if (!guest.probe().available()) {
        throw new IllegalStateException("the guest does not answer");
      }
      if (round >= 0) {
        millis.add(taken);
      }
      guest.put(sample);
      guest.run(Order.of(), EventSink.NONE);
    }
  }

  /** Requests a second, each on a connection of its own. */
  private static double requests(Environment environment) throws Exception {
    ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    try (Guest guest = environment.start()) {
      long start = System.nanoTime();
      Callable<Integer> client =
          () -> {
            int answered = 0;
            while (System.nanoTime() - start < REQUESTING.toNanos()) {
              Probe probe = guest.probe();
              if (!probe.available()) {
                throw new IllegalStateException("a request was not answered: " + probe);
              }
              answered++;
            }
            return answered;
          };
      int answered = 0;
      for (Future<Integer> done :
          clients.invokeAll(java.util.Collections.nCopies(CLIENTS, client))) {
        answered += done.get();
      }
      return answered / ((System.nanoTime() - start) / 1e9);
    } finally {
      clients.shutdownNow();
    }
  }
}
