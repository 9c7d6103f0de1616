package org.malassay.experiments.benchmark;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.malassay.environment.Environment;
import org.malassay.environment.Guest;
import org.malassay.environment.GuestException;
import org.malassay.environment.Limits;
import org.malassay.environment.Probe;
import org.malassay.options.Options;

/**
 * How fast a unikernel is there, beside a container on the same machine at the same time: from
 * nothing to the first HTTP 200, in turns; how many requests it answers; how large it is.
 *
 * <p>{@code mvn test -Dbenchmark=unikernel}; {@code -Dbenchmark.boots=30 -Dbenchmark.clients=4} are
 * the defaults, {@code -Dbenchmark.unikernel=unikernel} the environment.
 */
final class UnikernelBenchmark {
  private static final int BOOTS = Integer.getInteger("benchmark.boots", 30);
  private static final int CLIENTS = Integer.getInteger("benchmark.clients", 4);
  private static final String UNIKERNEL = System.getProperty("benchmark.unikernel", "unikernel");
  private static final int WARMING_UP = 5;
  private static final Duration REQUESTING = Duration.ofSeconds(5);
  private static final Limits LIMITS =
      new Limits(Duration.ofSeconds(10), 1 << 20, 256 << 20, 128, 1, 256 << 20);

  private UnikernelBenchmark() {}

  /** Runs it. */
  static void run(PrintStream out) throws Exception {
    try (Environment unikernel = open(UNIKERNEL);
        Environment container = open("container")) {
      print(unikernel, container, out);
    }
  }

  private static Environment open(String name) throws Exception {
    return Workbench.provider(name).open(Options.of(Map.of()), LIMITS, "benchmark");
  }

  private static void print(Environment unikernel, Environment container, PrintStream out)
      throws Exception {
    List<Double> ours = new ArrayList<>();
    List<Double> theirs = new ArrayList<>();
    for (int i = -WARMING_UP; i < BOOTS; i++) {
      double one = start(unikernel);
      double other = start(container);
      if (i >= 0) {
        ours.add(one);
        theirs.add(other);
      }
    }
    double median = median(ours);
    double containers = median(theirs);
    out.printf("%n%s: %s%n", unikernel.name(), unikernel.facts().get("kernel"));
    row(out, "nothing to first HTTP 200, median of %d".formatted(BOOTS), "%.0f ms", median);
    row(out, "the same of a container, in turns", "%.0f ms", containers);
    row(out, "share of the container's time", "%.0f %%", 100 * median / containers);
    row(out, "HTTP requests, %d at a time".formatted(CLIENTS), "%.0f /s", requests(unikernel));
    out.printf("%-44s %s%n", "image", unikernel.facts().get("image size"));
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  private static void row(PrintStream out, String name, String format, double value) {
    out.printf(Locale.ROOT, "%-44s " + format + "%n", name, value);
  }

  /** Milliseconds until a fresh guest has answered. */
  private static double start(Environment environment) throws GuestException {
    long start = System.nanoTime();
    try (Guest guest = environment.start()) {
      double millis = (System.nanoTime() - start) / 1e6;
      if (!guest.probe().available()) {
        throw new IllegalStateException("the guest does not answer");
      }
      return millis;
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
