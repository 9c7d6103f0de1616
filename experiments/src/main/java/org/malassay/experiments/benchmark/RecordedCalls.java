package org.malassay.experiments.benchmark;

import static org.malassay.behavior.Facet.CALLS;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.malassay.behavior.EventSink;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.environment.Environment;
import org.malassay.environment.Execution;
import org.malassay.environment.Guest;
import org.malassay.environment.Limits;
import org.malassay.environment.Opening;
import org.malassay.environment.Order;
import org.malassay.experiments.HarmlessSamples;
import org.malassay.options.Options;
import org.malassay.sample.Sample;

/**
 * What being recorded costs a program of 10,000 system calls, by its own clock: in turns with one
 * that is not recorded. {@code -Dbenchmark.calls=9} turns are the default.
 */
final class RecordedCalls {
  private static final int TURNS = Integer.getInteger("benchmark.calls", 9);
  private static final String SAMPLE = "makes-10000-calls";
  private static final Pattern TOOK = Pattern.compile("(\\d+) calls in (\\d+) us\n");
  private static final Limits LIMITS =
      new Limits(Duration.ofSeconds(30), 1 << 20, 256 << 20, 128, 1, 64 << 20);

  private RecordedCalls() {}

  /** Measures it in this environment. */
  static void run(String name, PrintStream out) throws Exception {
    Path program = HarmlessSamples.build().sample(SAMPLE);
    Sample calls = Workbench.sample(program);
    List<Double> plain = new ArrayList<>();
    List<Double> recorded = new ArrayList<>();
    try (Environment without = open(name, Set.of());
        Environment with = open(name, EnumSet.allOf(Facet.class))) {
      for (int turn = 0; turn < TURNS; turn++) {
        plain.add(milliseconds(without, calls, FacetState.OFF));
        recorded.add(milliseconds(with, calls, FacetState.OBSERVED));
      }
    }
    out.printf(
        Locale.ROOT,
        "%n%s in %s, %d turns: %.1f ms (least %.1f), recorded %.1f ms (least %.1f): %.2f times"
            + " (least %.2f)%n",
        SAMPLE,
        name,
        TURNS,
        median(plain),
        least(plain),
        median(recorded),
        least(recorded),
        median(recorded) / median(plain),
        least(recorded) / least(plain));
  }

  private static Environment open(String name, Set<Facet> recorded) throws Exception {
    return Workbench.provider(name)
        .open(new Opening(Options.of(Map.of()), LIMITS, "benchmark", recorded));
  }

  private static double milliseconds(Environment environment, Sample calls, FacetState wanted)
      throws Exception {
    try (Guest guest = environment.start()) {
      guest.put(calls);
      Execution execution = guest.run(Order.of(), EventSink.NONE);
      Matcher took = TOOK.matcher(execution.stdout().text());
      if (!took.matches() || !execution.recording().of(CALLS).equals(wanted)) {
        throw new IllegalStateException(
            "%s in %s: %s, calls %s"
                .formatted(
                    SAMPLE,
                    environment.name(),
                    execution.ending(),
                    execution.recording().of(CALLS)));
      }
      return Long.parseLong(took.group(2)) / 1e3;
    }
  }

  private static double median(List<Double> times) {
    return Workbench.median(times.stream().mapToDouble(d -> d).toArray());
  }

  private static double least(List<Double> times) {
    return times.stream().min(Double::compare).orElseThrow();
  }
}
