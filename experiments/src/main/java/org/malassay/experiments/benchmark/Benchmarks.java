package org.malassay.experiments.benchmark;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * {@code mvn test -Dbenchmark}: what the framework adds to the samples' own time, side by side with
 * the ways it is measured against. {@code -Dbenchmark=raspbian} or a list such as {@code
 * container,raspbian} runs some of them; {@code container-arm}, {@code libraries}, {@code reports},
 * {@code firmware}, {@code defences}, {@code logins} and {@code soak} run only when they are named.
 */
public final class Benchmarks {
  /** A benchmark, which prints its figures. */
  private interface Benchmark {
    void run(PrintStream out) throws Throwable;
  }

  private Benchmarks() {}

  /** Runs those that {@code -Dbenchmark} names. */
  public static void main(String[] args) throws Throwable {
    Map<String, Benchmark> all = new LinkedHashMap<>();
    all.put("container", OverheadBenchmark::run);
    all.put("raspbian", GuestBenchmark::ofRaspbian);
    all.put("container-arm", GuestBenchmark::ofContainers);
    all.put("unikernel", UnikernelBenchmark::run);
    all.put("libraries", LibrariesBenchmark::run);
    all.put("rules", RulesBenchmark::run);
    all.put("events", EventsBenchmark::run);
    all.put("reports", ReportsBenchmark::run);
    all.put("firmware", FirmwareBenchmark::run);
    all.put("defences", DefencesBenchmark::run);
    all.put("logins", LoginsBenchmark::run);
    all.put(
        "soak", out -> new Soak("raspbian", Integer.getInteger("benchmark.soak", 300)).run(out));
    String wanted = System.getProperty("benchmark", "");
    if (wanted.isEmpty() || wanted.equals("true")) {
      wanted = "rules,events,container,raspbian,unikernel";
    }
    for (String name : Stream.of(wanted.split(",", -1)).map(String::strip).toList()) {
      Benchmark benchmark = all.get(name);
      if (benchmark == null) {
        throw new IllegalArgumentException(
            "-Dbenchmark=%s: there is no benchmark %s, but %s"
                .formatted(wanted, name, String.join(", ", all.keySet())));
      }
      System.out.printf("%n== %s%n", name);
      benchmark.run(System.out);
    }
  }
}
