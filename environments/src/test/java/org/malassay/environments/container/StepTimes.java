package org.malassay.environments.container;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
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
import org.malassay.environments.contract.ArmPrograms;
import org.malassay.options.Options;
import org.malassay.run.Median;
import org.malassay.sample.Sample;

/**
 * Prints what each step of a guest's life takes, and what a sample costs beside its own time: with
 * one guest at a time, and with several side by side.
 *
 * <pre>
 * mvn -q test-compile exec:java -Dexec.mainClass=org.malassay.environments.container.StepTimes \
 *   -Dexec.classpathScope=test -pl environments -am</pre>
 */
final class StepTimes {
  private static final int SAMPLES = 40;
  private static final Limits LIMITS =
      new Limits(Duration.ofSeconds(10), 1 << 20, 256 << 20, 128, 1, 256 << 20);

  private final Map<String, List<Double>> steps = new LinkedHashMap<>();

  private StepTimes() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createTempDirectory("malassay");
    Sample sample = new ArmPrograms(folder).program("exits", "return 0;");
    for (int guests : new int[] {1, 2, 3}) {
      try (Environment environment =
          new ContainerProvider().open(new Opening(Options.of(Map.of()), LIMITS, "steps"))) {
        new StepTimes().measure(environment, sample, guests);
      }
    }
  }

  private void measure(Environment environment, Sample sample, int guests) throws Exception {
    assay(environment, sample); // the first one has no successor waiting
    steps.clear();
    ExecutorService threads = Executors.newFixedThreadPool(guests);
    long start = System.nanoTime();
    List<Future<Double>> all = new ArrayList<>();
    for (int i = 0; i < SAMPLES; i++) {
      all.add(threads.submit(() -> assay(environment, sample)));
    }
    double own = 0;
    for (Future<Double> each : all) {
      own += each.get();
    }
    double wall = (System.nanoTime() - start) / 1e6;
    threads.shutdown();
    System.out.printf(
        "%d at a time: %.0f ms a sample, of these its own %.0f ms%n",
        guests, wall / SAMPLES, own / SAMPLES / guests);
    steps.forEach((name, times) -> System.out.printf("  %-8s %6.1f ms%n", name, median(times)));
  }

  private double assay(Environment environment, Sample sample) throws Exception {
    Guest guest = step("start", environment::start);
    step(
        "deliver",
        () -> {
          guest.put(sample);
          return true;
        });
    step("probe", guest::probe);
    var execution = step("run", () -> guest.run(Order.of(), EventSink.NONE));
    step("probe 2", guest::probe);
    step(
        "close",
        () -> {
          guest.close();
          return true;
        });
    double own = execution.duration().toNanos() / 1e6;
    note("(own)", own);
    return own;
  }

  private <T> T step(String name, Callable<T> action) throws Exception {
    long start = System.nanoTime();
    T result = action.call();
    note(name, (System.nanoTime() - start) / 1e6);
    return result;
  }

  private synchronized void note(String name, double millis) {
    steps.computeIfAbsent(name, key -> new ArrayList<>()).add(millis);
  }

  private static double median(List<Double> times) {
    return Median.of(times.stream().mapToDouble(Double::doubleValue)).orElseThrow();
  }
}
