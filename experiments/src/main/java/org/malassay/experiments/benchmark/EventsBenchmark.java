package org.malassay.experiments.benchmark;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.malassay.behavior.Behavior;
import org.malassay.behavior.Conversation;
import org.malassay.behavior.Endpoint;
import org.malassay.behavior.Event;
import org.malassay.behavior.EventLog;
import org.malassay.behavior.Origin;
import org.malassay.behavior.ProcessBegun;
import org.malassay.behavior.ProcessEnded;
import org.malassay.behavior.ProgramStarted;
import org.malassay.behavior.SystemCall;

/**
 * How long it takes to write the log of one sample's events, and to read and fold it. No guest: the
 * events are made up, 1 % of them of processes and conversations and the rest system calls.
 *
 * <p>{@code mvn test -Dbenchmark=events}; {@code -Dbenchmark.events=1000000 -Dbenchmark.rounds=5}
 * are the defaults.
 */
final class EventsBenchmark {
  private static final int EVENTS = Integer.getInteger("benchmark.events", 1_000_000);
  private static final int ROUNDS = Integer.getInteger("benchmark.rounds", 5);
  private static final int NAMES = 5_000;
  private static final EventLog.Bounds UNBOUNDED = new EventLog.Bounds(EVENTS, Long.MAX_VALUE);

  private final Random chance = new Random(1);

  private EventsBenchmark() {}

  /** Runs it. */
  static void run(PrintStream out) throws Exception {
    try (Workbench bench = Workbench.open()) {
      new EventsBenchmark().measure(bench.folder().resolve(EventLog.FILE), out);
    }
  }

  private void measure(Path log, PrintStream out) throws Exception {
    double[] written = new double[ROUNDS];
    double[] folded = new double[ROUNDS];
    double[] processor = new double[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      written[round] = seconds(() -> write(log));
      double before = processorSeconds();
      folded[round] = seconds(() -> fold(log));
      processor[round] = processorSeconds() - before;
    }
    out.printf(
        Locale.ROOT,
        "%s, load %s%n%d events, %.1f MB, medians of %d: written in %.2f s, read and folded in %.2f s"
            + " (%.2f s of processors; the first time %.2f s; asked: 3 s for 1000000)%n",
        Workbench.machine(),
        Workbench.load(),
        EVENTS,
        Files.size(log) / 1e6,
        ROUNDS,
        Workbench.median(written),
        Workbench.median(folded),
        Workbench.median(processor),
        folded[0]);
  }

  /** Of this Java, garbage collection and compilation included. */
  private static double processorSeconds() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toMillis() / 1e3;
  }

  private static double seconds(Callable<?> work) throws Exception {
    long start = System.nanoTime();
    work.call();
    return (System.nanoTime() - start) / 1e9;
  }

  private Path write(Path file) throws IOException {
    try (EventLog log = EventLog.open(file, Instant.now(), UNBOUNDED)) {
      IntStream.range(0, EVENTS).mapToObj(this::event).forEach(log::accept);
    }
    return file;
  }

  private static Behavior fold(Path log) throws IOException {
    Behavior behavior = Behavior.of(log);
    long calls = behavior.calls().values().stream().mapToLong(Behavior.CallCount::calls).sum();
    if (calls < EVENTS * 9L / 10) {
      throw new IllegalStateException("only %d calls of %d were read".formatted(calls, EVENTS));
    }
    return behavior;
  }

  private Event event(int i) {
    Duration at = Duration.ofNanos(1_000L * i);
    int process = 10 + i / 1_000;
    return switch (i % 1_000) {
      case 0 -> new ProcessBegun(at, Origin.HOST_KERNEL, process, 1);
      case 1 ->
          new ProgramStarted(
              at, Origin.HOST_KERNEL, process, "/tmp/sample", List.of("sample", "-x"), false);
      case 2, 3, 4, 5, 6, 7, 8 -> conversation(at, process, i);
      case 999 ->
          new ProcessEnded(at, Origin.HOST_KERNEL, process, OptionalInt.of(0), OptionalInt.empty());
      default -> call(at, process);
    };
  }

  private static Conversation conversation(Duration at, int process, int i) {
    return new Conversation(
        at,
        Origin.NETWORK,
        Duration.ofMillis(20),
        OptionalInt.of(process),
        "tcp",
        new Endpoint("192.168.1.50", 1_024 + i % 60_000),
        new Endpoint("198.51.100." + i % 250, 23),
        Optional.of("telnet"),
        12,
        40,
        "\u00ff\u00fd\u0001root\r\n",
        "login: ",
        Optional.empty());
  }

  private SystemCall call(Duration at, int process) {
    boolean fails = chance.nextInt(4) == 0;
    String path = "/proc/" + chance.nextInt(NAMES) + "/exe";
    return switch (chance.nextInt(3)) {
      case 0 ->
          call(
              at,
              process,
              "openat",
              List.of("AT_FDCWD", '"' + path + '"', "O_RDONLY|O_CLOEXEC"),
              Optional.of(path),
              Optional.empty(),
              fails);
      case 1 ->
          call(
              at,
              process,
              "connect",
              List.of("3", "198.51.100.7:23", "16"),
              Optional.empty(),
              Optional.of(new Endpoint("198.51.100." + chance.nextInt(250), 23)),
              fails);
      default ->
          call(
              at,
              process,
              "write",
              List.of("4", "\"GET / HTTP/1.0\\r\\n\\r\\n\"", "18"),
              Optional.of(path),
              Optional.empty(),
              fails);
    };
  }

  static SystemCall call(
      Duration at,
      int process,
      String name,
      List<String> arguments,
      Optional<String> path,
      Optional<Endpoint> endpoint,
      boolean fails) {
    return new SystemCall(
        at,
        Origin.HOST_KERNEL,
        Duration.ofNanos(900),
        process,
        process,
        name,
        arguments,
        path,
        Optional.empty(),
        endpoint,
        OptionalInt.empty(),
        fails ? -2 : 3,
        fails ? Optional.of("ENOENT") : Optional.empty());
  }
}
