package org.malassay.score;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.malassay.behavior.Conversation;
import org.malassay.behavior.Endpoint;
import org.malassay.behavior.Event;
import org.malassay.behavior.Origin;
import org.malassay.behavior.ProcessBegun;
import org.malassay.behavior.ProgramStarted;
import org.malassay.behavior.SystemCall;

/** Rules and events for tests. */
final class Rules {
  static final int SAMPLE = 11;

  private Rules() {}

  /** Rules that a file {@code test.yml} holds. */
  static RuleBook book(String yaml) {
    RuleReader reader = new RuleReader();
    reader.read("test.yml", yaml.getBytes(UTF_8));
    reader.join();
    return new RuleBook(reader, "");
  }

  /** A rule of this log source, by its detection. */
  static String rule(String source, String detection) {
    return """
        title: A rule
        id: 5a1bd0b4-4d6e-4b63-9a7e-1d6e9a3cf001
        logsource:
            product: linux
            %s
        detection:
        %s
        level: high
        """
        .formatted(source, detection.indent(4).stripTrailing());
  }

  static List<Hit> hits(String yaml, Event... events) {
    return hits(book(yaml), List.of(events));
  }

  static List<Hit> hits(RuleBook book, List<Event> events) {
    return matched(book, events).hits();
  }

  static Matched matched(RuleBook book, List<Event> events) {
    RuleMatcher matcher = book.matcher();
    events.forEach(matcher::accept);
    return matcher.matched();
  }

  static boolean hit(String yaml, Event... events) {
    return !hits(yaml, events).isEmpty();
  }

  static ProcessBegun begun(int process, int parent) {
    return new ProcessBegun(Duration.ZERO, Origin.HOST_KERNEL, process, parent);
  }

  static ProgramStarted started(String program, String... arguments) {
    return new ProgramStarted(
        Duration.ZERO, Origin.HOST_KERNEL, SAMPLE, program, List.of(arguments), false);
  }

  static SystemCall call(int second, String name, List<String> arguments, String path) {
    return call(second, name, arguments, path, "");
  }

  /** Fails where an error is given. */
  static SystemCall call(
      int second, String name, List<String> arguments, String path, String error) {
    return call(second, SAMPLE, name, arguments, path, "", Optional.empty(), error);
  }

  /** One with two paths, of which each may be empty. */
  static SystemCall paths(String name, String path, String target, String... arguments) {
    return call(0, SAMPLE, name, List.of(arguments), path, target, Optional.empty(), "");
  }

  /** One by the sample's thread of this id. */
  static SystemCall ofThread(int thread, String name, String... arguments) {
    return call(0, thread, name, List.of(arguments), "", "", Optional.empty(), "");
  }

  static SystemCall bind(int port) {
    Endpoint own = new Endpoint("0.0.0.0", port);
    return call(0, SAMPLE, "bind", List.of("3", own.toString()), "", "", Optional.of(own), "");
  }

  private static SystemCall call(
      int second,
      int thread,
      String name,
      List<String> arguments,
      String path,
      String target,
      Optional<Endpoint> endpoint,
      String error) {
    return new SystemCall(
        Duration.ofSeconds(second),
        Origin.HOST_KERNEL,
        Duration.ofMillis(1),
        SAMPLE,
        thread,
        name,
        arguments,
        Optional.of(path).filter(it -> !it.isEmpty()),
        Optional.of(target).filter(it -> !it.isEmpty()),
        endpoint,
        OptionalInt.empty(),
        error.isEmpty() ? (endpoint.isEmpty() ? 3 : 0) : -1,
        Optional.of(error).filter(it -> !it.isEmpty()));
  }

  static SystemCall open(String path, String flags) {
    return call(0, "openat", List.of("AT_FDCWD", "\"" + path + "\"", flags), path);
  }

  static SystemCall openat2(String path, String flags) {
    String how = "{flags=%s, mode=0600, resolve=0}".formatted(flags);
    return call(0, "openat2", List.of("AT_FDCWD", "\"" + path + "\"", how, "24"), path);
  }

  static Conversation conversation(int second, String address, int port, String sent) {
    return new Conversation(
        Duration.ofSeconds(second),
        Origin.NETWORK,
        Duration.ofMillis(5),
        OptionalInt.of(SAMPLE),
        "tcp",
        new Endpoint("192.168.1.50", 40_000),
        new Endpoint(address, port),
        Optional.empty(),
        sent.length(),
        0,
        sent,
        "",
        Optional.empty());
  }
}
