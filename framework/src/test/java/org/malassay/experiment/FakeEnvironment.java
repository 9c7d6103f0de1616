package org.malassay.experiment;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.malassay.behavior.EventSink;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.Origin;
import org.malassay.behavior.ProcessBegun;
import org.malassay.behavior.Recording;
import org.malassay.behavior.SystemCall;
import org.malassay.behavior.UnsupportedCall;
import org.malassay.elf.Architecture;
import org.malassay.environment.Ending;
import org.malassay.environment.Environment;
import org.malassay.environment.EnvironmentException;
import org.malassay.environment.EnvironmentProvider;
import org.malassay.environment.Evidence;
import org.malassay.environment.Execution;
import org.malassay.environment.Guest;
import org.malassay.environment.GuestException;
import org.malassay.environment.Libraries;
import org.malassay.environment.Limits;
import org.malassay.environment.Opening;
import org.malassay.environment.Order;
import org.malassay.environment.Output;
import org.malassay.environment.Piece;
import org.malassay.environment.Probe;
import org.malassay.options.Option;
import org.malassay.sample.Sample;

/**
 * An environment without guests, for what stands around them: the second line of a script says what
 * becomes of it ({@code exit 3}, {@code signal 11}, {@code guest fails}, {@code cannot start},
 * ...).
 */
final class FakeEnvironment implements EnvironmentProvider, Environment {
  final AtomicInteger alive = new AtomicInteger();
  final AtomicInteger mostAlive = new AtomicInteger();
  final AtomicInteger started = new AtomicInteger();
  final AtomicInteger closed = new AtomicInteger();
  final AtomicInteger opened = new AtomicInteger();

  /** What its guests are limited to. */
  private final AtomicReference<Limits> limits =
      new AtomicReference<>(new Limits(Duration.ZERO, 0, 0, 0, 0, 0));

  /** How many samples were to come, at each start. */
  final Queue<Integer> waiting = new ConcurrentLinkedQueue<>();

  private final ConcurrentMap<String, AtomicInteger> measured = new ConcurrentHashMap<>();
  private final String name;
  private final Map<String, String> facts;

  FakeEnvironment(String name, Map<String, String> facts) {
    this.name = name;
    this.facts = facts;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<Option<?>> options() {
    return List.of(Option.of(name + ".port", "PORT", "80", "the port", Integer::valueOf));
  }

  @Override
  public Environment open(Opening opening) throws EnvironmentException {
    if (facts.containsKey("missing")) {
      throw new EnvironmentException(
          "no " + facts.get("missing") + " here: run again with -Dsetup");
    }
    opened.incrementAndGet();
    limits.set(opening.limits());
    return this;
  }

  @Override
  public Set<Architecture> architectures() {
    return Set.of(Architecture.ARM);
  }

  @Override
  public Map<String, String> facts() {
    return facts;
  }

  @Override
  public List<String> warnings() {
    return Optional.ofNullable(facts.get("to be mended")).stream().toList();
  }

  @Override
  public Map<Facet, Origin> observes() {
    return Stream.of(facts.getOrDefault("observes", "").split(","))
        .filter(word -> !word.isEmpty())
        .collect(Collectors.toMap(Facet::of, word -> Origin.TRACER));
  }

  @Override
  public Map<Facet, String> missing() {
    return facts.containsKey("no usage")
        ? Map.of(Facet.USAGE, "no " + facts.get("no usage") + " here")
        : Map.of();
  }

  @Override
  public int defaultGuests() {
    return 2;
  }

  @Override
  public Guest start(int waiting) {
    this.waiting.add(waiting);
    return start();
  }

  @Override
  public Guest start() {
    started.incrementAndGet();
    mostAlive.accumulateAndGet(alive.incrementAndGet(), Math::max);
    return new FakeGuest();
  }

  @Override
  public void close() {
    closed.incrementAndGet();
  }

  private final class FakeGuest implements Guest {
    private final AtomicReference<String> line = new AtomicReference<>("");
    private final AtomicReference<String> page = new AtomicReference<>("page");

    /** For those that exit, where the environment is said to supply any. */
    @Override
    public Optional<Libraries> libraries() {
      return Optional.ofNullable(facts.get("supplies"))
          .map(
              path ->
                  line.get().startsWith("exit")
                      ? new Libraries(List.of(new Libraries.Added(path, "made up")), List.of())
                      : Libraries.NONE);
    }

    @Override
    public void put(Sample sample) throws GuestException {
      try (InputStream in = sample.open()) {
        List<String> lines = new String(in.readAllBytes(), UTF_8).lines().toList();
        line.set(sample.facts().isForShell() ? "exit 6" : lines.get(1));
      } catch (IOException e) {
        throw new GuestException("unreadable: " + e.getMessage(), e);
      }
    }

    @Override
    public Probe probe() {
      return new Probe(
          Optional.of(200),
          Duration.ofMillis(1),
          Optional.of(page.get()),
          Optional.empty(),
          new Output(page.get().getBytes(UTF_8), page.get().length()));
    }

    @Override
    public Execution run(Order order, EventSink events) throws GuestException {
      String[] words = line.get().split(" ");
      return switch (words[0]) {
        case "exit" -> ended(new Ending.Exited(Integer.parseInt(words[1])));
        case "flips" -> { // exits otherwise each time; "lost" is a failure of the guest
          int times =
              measured.computeIfAbsent(line.get(), it -> new AtomicInteger()).getAndIncrement();
          String word = words[1 + times % (words.length - 1)];
          if (word.equals("lost")) {
            throw new GuestException("the engine is gone");
          }
          yield ended(new Ending.Exited(Integer.parseInt(word)));
        }
        case "signal" -> ended(new Ending.Signaled(Integer.parseInt(words[1])));
        case "tells" ->
            ended(new Ending.Exited(order.arguments().equals(List.of(words[1])) ? 0 : 1));
        case "limited" -> {
          Duration limit = order.limits(limits.get()).time();
          yield ended(new Ending.Exited(limit.equals(Duration.parse(words[1])) ? 0 : 1));
        }
        case "does" -> {
          events.accept(new ProcessBegun(Duration.ZERO, Origin.TRACER, 2, 1));
          Execution execution = ended(new Ending.Exited(0));
          yield execution.with(
              Recording.OFF.with(Facet.PROCESSES, FacetState.OBSERVED), order.observation());
        }
        case "opens" -> {
          events.accept(opened(words[1]));
          Recording recording = Recording.OFF;
          for (Facet facet : observes().keySet()) {
            recording = recording.with(facet, FacetState.OBSERVED);
          }
          yield ended(new Ending.Exited(0)).with(recording, Duration.ZERO);
        }
        case "forks" -> {
          for (int i = 0; i < 2; i++) {
            events.accept(
                new UnsupportedCall(Duration.ofMillis(i), Origin.LIBRARY_OS, "fork", "ENOSYS", 1));
          }
          yield ended(new Ending.Exited(1));
        }
        case "panics" -> ended(new Ending.GuestDown("it panicked:\n" + "x".repeat(64 * 1024)));
        case "defaces" -> {
          page.set("owned by " + words[1]);
          yield ended(new Ending.Exited(0));
        }
        case "differs" -> ended(new Ending.NotAsLinux(words[1]));
        case "remarked" -> ended(new Ending.Signaled(6)).noting("seen of it:\n" + words[1]);
        case "runs" -> ended(new Ending.Stopped(Ending.Limit.TIME));
        case "loses" ->
            throw new GuestException("the guest is lost\nwith its console")
                .with(Piece.CONSOLE, words[1])
                .with(Piece.STDOUT, "so far");
        case "cannot" -> ended(new Ending.Exited(0)); // be collected
        case "collapses" -> throw new StackOverflowError("a defect below");
        case "vanishes" -> {
          events.accept(new ProcessBegun(Duration.ZERO, Origin.TRACER, 2, 1));
          throw new GuestException("it vanished");
        }
        case "breaks" -> throw new IllegalStateException("a defect of the environment");
        default -> throw new GuestException("the engine is gone");
      };
    }

    private Execution ended(Ending ending) {
      byte[] bytes = "hello".getBytes(UTF_8);
      return new Execution(
          ending,
          Instant.EPOCH,
          Duration.ofMillis(1),
          Optional.of(Duration.ofMillis(1)),
          new Output(bytes, bytes.length),
          Output.NONE,
          false,
          0);
    }

    @Override
    public void collect(Evidence evidence) throws GuestException {
      if (line.get().equals("cannot be collected")) {
        throw new GuestException("its log is not there");
      }
      try {
        evidence.write(Piece.SERVICE_LOG, "GET /".getBytes(UTF_8));
      } catch (IOException e) {
        throw new GuestException("the disk is full", e);
      }
    }

    @Override
    public void close() {
      alive.decrementAndGet();
    }
  }

  /** A file is opened for writing. */
  private static SystemCall opened(String path) {
    return new SystemCall(
        Duration.ofMillis(7),
        Origin.TRACER,
        Duration.ZERO,
        2,
        2,
        "open",
        List.of("\"" + path + "\"", "O_WRONLY|O_CREAT"),
        Optional.of(path),
        Optional.empty(),
        Optional.empty(),
        OptionalInt.empty(),
        3,
        Optional.empty());
  }
}
