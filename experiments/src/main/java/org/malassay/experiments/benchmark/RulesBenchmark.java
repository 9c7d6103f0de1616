package org.malassay.experiments.benchmark;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.malassay.behavior.Event;
import org.malassay.behavior.Origin;
import org.malassay.behavior.ProcessBegun;
import org.malassay.behavior.ProgramStarted;
import org.malassay.behavior.SystemCall;
import org.malassay.score.RuleBook;
import org.malassay.score.RuleMatcher;

/**
 * How long it takes to match a million events against the project's rules; with {@code -Drules=},
 * against those of that folder as well.
 */
final class RulesBenchmark {
  private static final int EVENTS = 1_000_000;

  /** A sample's calls as they follow one another, mixed as in what was recorded of busybox. */
  private static final List<String> CALLS =
      List.of("openat", "read", "fstat64", "write", "close", "mmap2", "readlink", "fcntl64");

  private static final int DIFFERENT = 5_000;
  private static final int PER_PROGRAM = 500;
  private static final double MEBIBYTE = 1 << 20;
  private static final double SECOND = 1e9;

  private RulesBenchmark() {}

  static void run(PrintStream out) {
    measure("the project's own", RuleBook.own(), out);
    String folder = System.getProperty("rules", "");
    if (!folder.isEmpty()) {
      measure("and those of " + folder, RuleBook.load(Optional.of(Path.of(folder))), out);
    }
  }

  private static void measure(String which, RuleBook rules, PrintStream out) {
    List<Event> events = events();
    match(rules, events); // warms up
    RuleMatcher matcher = match(rules, events);
    out.printf(
        Locale.ROOT,
        "%s: %s, %d events in %.1f s, %d hits, at most %.0f MiB of memory%n",
        which,
        rules.inWords(),
        EVENTS,
        seconds(rules, events),
        matcher.matched().hits().size(),
        Runtime.getRuntime().maxMemory() / MEBIBYTE);
  }

  private static double seconds(RuleBook rules, List<Event> events) {
    long start = System.nanoTime();
    match(rules, events);
    return (System.nanoTime() - start) / SECOND;
  }

  private static RuleMatcher match(RuleBook rules, List<Event> events) {
    RuleMatcher matcher = rules.matcher();
    for (int i = 0; i < EVENTS; i++) {
      matcher.accept(events.get(i % events.size()));
    }
    return matcher;
  }

  private static List<Event> events() {
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < DIFFERENT; i++) {
      Duration at = Duration.ofMillis(i);
      int process = 100 + i / PER_PROGRAM;
      if (i % PER_PROGRAM == 0) {
        events.add(new ProcessBegun(at, Origin.HOST_KERNEL, process, 1));
        events.add(
            new ProgramStarted(
                at,
                Origin.HOST_KERNEL,
                process,
                "/tmp/sample-" + process,
                List.of("/tmp/sample-" + process, "-x", "/etc/hosts"),
                false));
      }
      String name = CALLS.get(i % CALLS.size());
      String path = "/usr/share/folder/file-" + i;
      events.add(
          new SystemCall(
              at,
              Origin.HOST_KERNEL,
              Duration.ofNanos(700),
              process,
              process,
              name,
              List.of("AT_FDCWD", "\"" + path + "\"", "O_WRONLY|O_CREAT", "0644"),
              Optional.of(path),
              Optional.empty(),
              Optional.empty(),
              OptionalInt.empty(),
              3,
              Optional.empty()));
    }
    return events;
  }
}
