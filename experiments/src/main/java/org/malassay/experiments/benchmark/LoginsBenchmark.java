package org.malassay.experiments.benchmark;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.malassay.behavior.Event;
import org.malassay.behavior.Facet;
import org.malassay.behavior.SystemCall;
import org.malassay.environment.Ending;
import org.malassay.environment.Environment;
import org.malassay.environment.Execution;
import org.malassay.environment.Guest;
import org.malassay.environment.Limits;
import org.malassay.environment.Opening;
import org.malassay.environment.Order;
import org.malassay.options.Options;
import org.malassay.sample.LoginSession;
import org.malassay.sample.Sample;

/**
 * How fast a login session is: from its start in a fresh guest until its first command is typed at
 * the prompt, and until all 24 of an echo loader's are done, most of them 420 letters long. By each
 * protocol that guests hold a login by. {@code -Dbenchmark.turns=10} guests of each kind.
 */
final class LoginsBenchmark {
  private static final int TURNS = Integer.getInteger("benchmark.turns", 10);
  private static final int COMMANDS = 24;
  private static final String FIRST = "/malassay/command/1";
  private static final Limits LIMITS =
      new Limits(Duration.ofMinutes(1), 1 << 20, 256L << 20, 128, 1, 64L << 20);

  private LoginsBenchmark() {}

  static void run(PrintStream out) throws Exception {
    try (Workbench bench = Workbench.open()) {
      out.printf("%s, load %s%n", Workbench.machine(), Workbench.load());
      measure("raspbian", List.of("telnet", "ssh"), bench, out);
      measure("container", List.of("telnet"), bench, out);
    }
  }

  private static void measure(String name, List<String> protocols, Workbench bench, PrintStream out)
      throws Exception {
    Opening opening =
        new Opening(
            Options.of(Map.of()),
            LIMITS,
            "benchmark",
            EnumSet.allOf(Facet.class),
            List.of(),
            /* logins= */ true);
    try (Environment environment = Workbench.provider(name).open(opening)) {
      for (String protocol : protocols) {
        Sample session = session(protocol, bench);
        double[] prompt = new double[TURNS];
        double[] all = new double[TURNS];
        for (int i = 0; i < TURNS; i++) {
          type(environment, session, i, prompt, all);
        }
        out.printf(
            Locale.ROOT,
            "%s by %s, medians of %d guests: prompt after %.2f s (asked: at most 2), %d commands"
                + " after %.1f s (asked: at most 12)%n",
            name,
            protocol,
            TURNS,
            Workbench.median(prompt),
            COMMANDS,
            Workbench.median(all));
      }
    }
  }

  private static Sample session(String protocol, Workbench bench) throws IOException {
    String letters = "echo -ne '%s' >> /tmp/upnp%n".formatted("\\x41\\x0a".repeat(48));
    return Workbench.sample(
        Files.writeString(
            bench.folder().resolve(protocol + ".session"),
            "#!%s\n# protocol: %s\n# commands:\ncd /tmp\n%swc -c upnp\n"
                .formatted(LoginSession.INTERPRETER, protocol, letters.repeat(COMMANDS - 2))));
  }

  private static void type(
      Environment environment, Sample session, int turn, double[] prompt, double[] all)
      throws Exception {
    List<Event> events = Collections.synchronizedList(new ArrayList<>());
    try (Guest guest = environment.start()) {
      guest.put(session);
      Execution execution = guest.run(Order.of(), events::add);
      String shown = execution.stdout().text();
      if (!execution.ending().equals(new Ending.Exited(0)) || !shown.contains("2112 upnp")) {
        throw new IllegalStateException("the session ended with " + execution.ending() + shown);
      }
      all[turn] = execution.duration().toMillis() / 1e3;
    }
    prompt[turn] =
        List.copyOf(events).stream()
            .filter(SystemCall.class::isInstance)
            .map(SystemCall.class::cast)
            .filter(call -> call.path().filter(FIRST::equals).isPresent())
            .findFirst()
            .map(call -> call.at().toMillis() / 1e3)
            .orElse(Double.NaN);
  }
}
