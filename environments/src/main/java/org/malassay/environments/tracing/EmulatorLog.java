package org.malassay.environments.tracing;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.malassay.behavior.CallsCounted;
import org.malassay.behavior.EventSink;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.Origin;
import org.malassay.environment.Ending;
import org.malassay.environment.Execution;
import org.malassay.environment.GuestException;
import org.malassay.environment.Order;
import org.malassay.environments.host.Await;
import org.malassay.environments.tracing.KernelRecord.Flag;
import org.malassay.environments.tracing.LogMatcher.LogCall;

/**
 * What one sample does by the log of the qemu-user that runs it ({@code QEMU_STRACE}), where no
 * recorder can be had. The events are a recorder's, but for what the log lacks: it has no times
 * (that of reading stands for them) and no threads, of most buffers and of some addresses of
 * sockets it tells the place in memory only, and the sample can see it, forge it, and end it.
 *
 * <p>Safe for use by several threads; pieces come from one.
 */
public final class EmulatorLog implements Watch {
  /** Beyond this, the agent drops it unread: log.c. */
  private static final long MOST = 32L << 20;

  /** Until what was written before the end of the last process has been read. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(3);

  /** The agent is the guest's first process. */
  private static final int AGENT = 1;

  private static final int SIGKILL = 9;
  private static final int EXIT_SHIFT = 8;
  private static final int MOST_PROCESSES = 60_000;

  private final EventSink events;
  private final List<String> command;
  private final GuestTrace trace;
  private final LogMatcher matcher = new LogMatcher(new Matched());
  private final LogParser parser = new LogParser(new Parsed());
  private final CountDownLatch ended = new CountDownLatch(1);

  // Guarded by this.
  private final Set<Integer> living = new HashSet<>();
  private final Set<Integer> known = new HashSet<>();
  private final Map<String, long[]> counts = new LinkedHashMap<>();
  private boolean hasMoreProcesses;
  private Optional<Ending> ending = Optional.empty();
  private int first;
  private long start;
  private long bytes;
  private boolean breaksOff;
  private boolean isFinished;

  /**
   * @param command the program and its arguments, as it is started
   * @param folder that it is started in
   */
  public EmulatorLog(EventSink events, List<String> command, String folder) {
    this.events = events;
    this.command = List.copyOf(command);
    this.trace = new GuestTrace(events, Origin.EMULATOR_LOG, Optional.of(folder), 0);
  }

  /** Takes the next piece; an empty one says that nobody is left who writes. */
  public synchronized void take(ByteBuffer piece) {
    if (isFinished) {
      return;
    }
    if (!piece.hasRemaining()) {
      ended.countDown();
      return;
    }
    bytes += piece.remaining();
    parser.read(piece);
  }

  /** A sample whose log is told. */
  @FunctionalInterface
  public interface Logged {
    Execution run() throws GuestException;
  }

  /** Runs the sample and observes it until its last process is gone, or as the order says. */
  public Execution record(Order order, Logged sample) throws GuestException {
    Execution execution = sample.run();
    boolean isWhole =
        execution.survivors() > 0
            || execution.ending() instanceof Ending.Refused // nobody has written
            || Await.on(() -> awaitEnd(LAST_WORDS));
    synchronized (this) {
      ending = Optional.of(execution.ending());
      breaksOff = !isWhole;
    }
    return observe(execution, order);
  }

  @Override
  public boolean awaitEnd(Duration timeout) throws InterruptedException {
    return ended.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public synchronized Map<Facet, FacetState> finish() {
    isFinished = true;
    parser.end();
    FacetState both = FacetState.OBSERVED;
    for (LogCall call : matcher.unreturned()) {
      if (call.name().startsWith("execve")) {
        executed(call); // if it had failed, that would stand in the log
        both = both.and(FacetState.cut(0, "a program was started that writes no log"));
      }
    }
    if (breaksOff) {
      both = both.and(FacetState.cut(0, "the end of its log was not heard"));
    }
    both = both.and(cut(parser.cut())).and(cut(matcher.gaveUp()));
    if (bytes >= MOST) {
      both = both.and(FacetState.cut(0, "its log has more than %d MiB".formatted(MOST >> 20)));
    }
    if (first != 0 && ending.isPresent() && living.contains(first)) {
      FacetState end = endOfFirst(ending.get());
      both = both.and(end);
    }
    counts.forEach(
        (name, sum) ->
            events.accept(
                new CallsCounted(
                    Duration.ofNanos(now() - start), Origin.EMULATOR_LOG, name, sum[0], sum[1])));
    Map<Facet, FacetState> states =
        new EnumMap<>(trace.states(Optional.empty(), RecorderBounds.DEFAULT));
    if (first == 0) {
      FacetState missing = FacetState.missing("qemu-user wrote no log of it");
      states.replaceAll((facet, state) -> missing);
      return states;
    }
    FacetState all = both;
    states.replaceAll((facet, state) -> state.and(all));
    states.merge(Facet.CALLS, lost(matcher.lost()), FacetState::and);
    states.merge(Facet.PROCESSES, lost(matcher.lostOfProcesses()).and(ofEnds()), FacetState::and);
    return states;
  }

  /** What the agent says of it, where the log does not. */
  private FacetState endOfFirst(Ending how) {
    if (how instanceof Ending.Signaled it) {
      exit(first, it.signal());
    } else if (how instanceof Ending.Exited it) {
      exit(first, it.status() << EXIT_SHIFT);
      return FacetState.cut(0, "the log breaks off before its first process ends");
    } else if (how instanceof Ending.Stopped) {
      exit(first, SIGKILL);
    }
    return FacetState.OBSERVED;
  }

  private static FacetState lost(long calls) {
    return calls == 0
        ? FacetState.OBSERVED
        : FacetState.cut(calls, "the log does not tell the results of calls at one time apart");
  }

  private static FacetState cut(Optional<String> why) {
    return why.map(it -> FacetState.cut(0, it)).orElse(FacetState.OBSERVED);
  }

  /** When nobody is left, all have ended; a signal is told without the process that it ended. */
  private FacetState ofEnds() {
    if (hasMoreProcesses) {
      return FacetState.cut(0, "its log has more than %d processes".formatted(MOST_PROCESSES));
    }
    return ended.getCount() > 0 || living.isEmpty()
        ? FacetState.OBSERVED
        : FacetState.cut(
            living.size(), "the log does not tell how %d of them ended".formatted(living.size()));
  }

  private static long now() {
    return System.nanoTime();
  }

  // --- records, as a recorder would make them

  private KernelRecord record(
      KernelRecord.Type type, int process, int parent, int number, long result, LogWords words) {
    long now = now();
    return new KernelRecord(
        type,
        type == KernelRecord.Type.EXIT ? Flag.LAST.bit() | Flag.WHOLE.bit() : 0,
        number,
        Abi.ARM,
        0,
        now,
        now,
        process,
        process,
        parent,
        0,
        result,
        words.numbers(),
        words.pieces(),
        0,
        ByteBuffer.allocate(0));
  }

  private void tell(KernelRecord.Type type, int process, int parent, long result) {
    trace.accept(record(type, process, parent, 0, result, LogWords.NONE));
  }

  private void begin(int process) {
    first = process;
    known.add(process);
    living.add(process);
    start = now();
    tell(KernelRecord.Type.BEGIN, process, AGENT, 0);
    execute(process, command.get(0), command);
  }

  private void execute(int process, String program, List<String> arguments) {
    LogWords words = LogWords.ofPieces(program, String.join("\0", arguments));
    trace.accept(record(KernelRecord.Type.EXEC, process, 0, 0, 0, words));
  }

  private void fork(int process, int parent) {
    if (known.contains(process)) {
      return;
    }
    if (known.size() >= MOST_PROCESSES) {
      hasMoreProcesses = true;
      return;
    }
    known.add(process);
    living.add(process);
    tell(KernelRecord.Type.FORK, process, parent, 0);
  }

  private void exit(int process, int result) {
    if (living.remove(process)) {
      tell(KernelRecord.Type.EXIT, process, 0, result);
    }
  }

  private void call(LogCall call, long result) {
    Optional<Integer> number = CallTable.told(call.name());
    if (number.isPresent()) {
      LogWords words = LogWords.of(CallTable.find(Abi.ARM, number.get()), call.arguments());
      trace.accept(
          record(KernelRecord.Type.CALL, call.process(), 0, number.get(), result, words),
          words.unknown());
    }
  }

  private void executed(LogCall call) {
    List<String> said = call.arguments();
    String program = said.stream().findFirst().flatMap(LogWords::text).orElse("");
    execute(
        call.process(),
        program,
        said.size() > 1 ? LogWords.list(said.get(1)) : new ArrayList<>(List.of(program)));
    call(call, 0);
  }

  /** How many calls of the name there were, and how many of them failed. */
  private long[] count(String name) {
    return counts.computeIfAbsent(CallTable.counted(name), it -> new long[2]);
  }

  private final class Parsed implements LogParser.Told {
    @Override
    public void call(int process, String name, List<String> arguments) {
      if (first == 0) {
        begin(process);
      }
      boolean isLastThread = !matcher.hasThreads(process);
      matcher.call(new LogCall(process, name, arguments), known.contains(process));
      count(name)[0]++;
      if (name.equals("exit_group") || (name.equals("exit") && isLastThread)) {
        int status = arguments.isEmpty() ? 0 : LogWords.status(arguments.get(0));
        exit(process, status << EXIT_SHIFT);
      }
    }

    @Override
    public void result(long value) {
      matcher.result(value);
    }
  }

  private final class Matched implements LogMatcher.Told {
    @Override
    public void returned(LogCall call, long result) {
      if (result < 0 && result >= -KernelRecord.MAX_ERRNO) {
        count(call.name())[1]++;
      }
      if (call.makesProcess() && result > 0) {
        fork((int) result, call.process());
      }
      EmulatorLog.this.call(call, result);
      if (call.name().equals("kill") && result == 0 && call.arguments().size() == 2) {
        killed(call.arguments());
      }
    }

    private void killed(List<String> arguments) {
      if (arguments.get(1).equals("SIGKILL")) {
        exit(LogWords.process(arguments.get(0)), SIGKILL);
      }
    }

    @Override
    public void executed(LogCall call) {
      EmulatorLog.this.executed(call);
    }

    @Override
    public void appeared(int process, OptionalInt parent) {
      fork(process, parent.orElse(0));
    }
  }
}
