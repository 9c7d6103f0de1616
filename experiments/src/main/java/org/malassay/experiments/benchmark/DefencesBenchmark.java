package org.malassay.experiments.benchmark;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.malassay.behavior.EventSink;
import org.malassay.environment.Defence;
import org.malassay.environment.Environment;
import org.malassay.environment.EnvironmentException;
import org.malassay.environment.Execution;
import org.malassay.environment.Guest;
import org.malassay.environment.Limits;
import org.malassay.environment.Opening;
import org.malassay.environment.Order;
import org.malassay.options.Options;
import org.malassay.sample.LoginSession;
import org.malassay.sample.Sample;

/**
 * What defences cost: how long a program takes to start, a file to be opened, written and given its
 * mode, and the web service to give its page, by the clock of the program that does it ({@code
 * environments/defence/cost.c}), a thousand times each. It is started by a login session, which a
 * defence watches, and beside one. All defences take turns with none, in fresh guests.
 *
 * <p>{@code mvn test -Dbenchmark=defences}; {@code -Dbenchmark.defences=loginguard,apparmor} names
 * some of them, {@code -Dbenchmark.turns=5} is the default.
 */
final class DefencesBenchmark {
  private static final String ENVIRONMENT = "raspbian";
  private static final String PROGRAM = "/usr/local/lib/malassay/cost";
  private static final int TIMES = Integer.getInteger("benchmark.times", 1000);
  private static final int TURNS = Integer.getInteger("benchmark.turns", 5);
  private static final Pattern TOOK =
      Pattern.compile("malassay cost (?<call>[a-z]+): \\d+ times, median (?<ns>\\d+) ns");
  private static final Limits LIMITS =
      new Limits(Duration.ofMinutes(3), 1 << 20, 256 << 20, 128, 1, 64 << 20);

  private final Workbench workbench;
  private final PrintStream out;

  private DefencesBenchmark(Workbench workbench, PrintStream out) {
    this.workbench = workbench;
    this.out = out;
  }

  /** Measures and prints. */
  static void run(PrintStream out) throws Exception {
    try (Workbench workbench = Workbench.open()) {
      new DefencesBenchmark(workbench, out).run();
    }
  }

  /** How the program that is timed ends where a defence refuses one of its calls. */
  private static final String REFUSED = "cost: exec: Operation not permitted";

  /** Who makes the calls. */
  private enum Who {
    MEMBER("started by a login"),
    OTHER("beside a login");

    private final String words;

    Who(String words) {
      this.words = words;
    }
  }

  private void run() throws Exception {
    Map<Who, Sample> samples = Map.of(Who.MEMBER, session(), Who.OTHER, script());
    Map<String, Environment> environments = new LinkedHashMap<>();
    try {
      for (List<String> defences : wanted()) {
        open(defences, environments);
      }
      if (!environments.containsKey(ENVIRONMENT)) {
        throw new IllegalStateException(
            "nothing to compare with: " + ENVIRONMENT + " did not open");
      }
      // By who makes the calls, by defence, by call: a time a turn.
      Map<Who, Map<String, Map<String, List<Double>>>> all = new LinkedHashMap<>();
      for (int turn = 0; turn < TURNS; turn++) {
        for (Who who : Who.values()) {
          for (Environment environment : List.copyOf(environments.values())) {
            Map<String, Double> medians = measure(environment, samples.get(who));
            if (medians.isEmpty() && !environment.name().equals(ENVIRONMENT)) {
              out.println("not measured: %s refuses what is timed".formatted(environment.name()));
              environments.remove(environment.name()).close();
              all.values().forEach(it -> it.remove(environment.name()));
              continue;
            }
            Map<String, List<Double>> calls =
                all.computeIfAbsent(who, it -> new LinkedHashMap<>())
                    .computeIfAbsent(environment.name(), it -> new LinkedHashMap<>());
            medians.forEach(
                (call, ns) -> calls.computeIfAbsent(call, it -> new ArrayList<>()).add(ns));
          }
        }
      }
      print(all);
    } finally {
      environments.values().forEach(Environment::close);
    }
  }

  /** None first, then each alone. */
  private static List<List<String>> wanted() {
    String given = System.getProperty("benchmark.defences", "");
    Stream<String> names =
        given.isEmpty()
            ? Workbench.provider(ENVIRONMENT).defences().stream().map(Defence::name)
            : Stream.of(given.split(",", -1));
    return Stream.concat(Stream.of(List.<String>of()), names.map(List::of)).toList();
  }

  private void open(List<String> defences, Map<String, Environment> to) {
    Opening opening =
        new Opening(
            Options.of(Map.of()), LIMITS, "benchmark", Set.of(), defences, /* logins= */ true);
    try {
      Environment environment = Workbench.provider(ENVIRONMENT).open(opening);
      to.put(environment.name(), environment);
    } catch (EnvironmentException e) {
      out.println("not measured: " + e.getMessage());
    }
  }

  private Sample session() throws IOException {
    return sample(
        "session",
        """
        #!%s
        # commands:
        %s %d
        exit
        """
            .formatted(LoginSession.INTERPRETER, PROGRAM, TIMES));
  }

  private Sample script() throws IOException {
    return sample("script", "#!%s %d\n".formatted(PROGRAM, TIMES));
  }

  private Sample sample(String name, String text) throws IOException {
    Path file = Files.writeString(workbench.folder().resolve(name), text);
    return Workbench.sample(file);
  }

  /** The median of each call, in nanoseconds; none where what is timed was refused. */
  private static Map<String, Double> measure(Environment environment, Sample sample)
      throws Exception {
    try (Guest guest = environment.start()) {
      guest.put(sample);
      Execution execution = guest.run(Order.of(), EventSink.NONE);
      String said = execution.stdout().text();
      Map<String, Double> medians = new LinkedHashMap<>();
      for (Matcher took = TOOK.matcher(said); took.find(); ) {
        medians.put(took.group("call"), Double.valueOf(took.group("ns")));
      }
      if (medians.isEmpty() && !said.contains(REFUSED)) {
        throw new IllegalStateException(
            "%s in %s: %s: %s"
                .formatted(sample.name(), environment.name(), execution.ending(), said));
      }
      return medians;
    }
  }

  private void print(Map<Who, Map<String, Map<String, List<Double>>>> all) throws IOException {
    out.printf(
        "%s, load %s%nmedians of %d turns, each the median of %d calls; in parentheses the least"
            + " and the greatest turn, then by that without a defence%n",
        Workbench.machine(), Workbench.load(), TURNS, TIMES);
    for (Map.Entry<Who, Map<String, Map<String, List<Double>>>> who : all.entrySet()) {
      Map<String, List<Double>> plain = who.getValue().get(ENVIRONMENT);
      out.printf("%n| %s | %s |%n", who.getKey().words, String.join(" | ", plain.keySet()));
      out.println("|---|" + "---:|".repeat(plain.size()));
      who.getValue()
          .forEach(
              (name, calls) -> {
                out.print("| " + name + " |");
                plain.forEach((call, times) -> out.print(cell(calls.get(call), times)));
                out.println();
              });
    }
  }

  private static String cell(@Nullable List<Double> its, List<Double> plain) {
    if (its == null) {
      return " no figure |";
    }
    double[] sorted = its.stream().mapToDouble(it -> it / 1e3).sorted().toArray();
    return String.format(
        Locale.ROOT,
        " %.1f us (%.1f–%.1f), %.2f |",
        Workbench.median(sorted),
        sorted[0],
        sorted[sorted.length - 1],
        Workbench.median(sorted)
            / Workbench.median(plain.stream().mapToDouble(it -> it / 1e3).toArray()));
  }
}
