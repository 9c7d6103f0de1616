package org.malassay.environments.tracing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.malassay.behavior.CallsCounted;
import org.malassay.behavior.EventSink;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.Origin;
import org.malassay.behavior.ProcessBegun;
import org.malassay.behavior.ProcessEnded;
import org.malassay.behavior.ProgramStarted;
import org.malassay.behavior.SystemCall;
import org.malassay.environments.tracing.CallTable.Call;
import org.malassay.environments.tracing.KernelRecord.Flag;

/**
 * Makes events of the records of one guest: calls by name, with their arguments in words, the paths
 * and peers that descriptors are known to stand for, and the tree of processes. Not thread-safe.
 */
final class GuestTrace {
  /** More processes than that are told, but not what their descriptors are. */
  private static final int MOST_PROCESSES = 1024;

  /** The number of the call is the same on all architectures. */
  private static final int IO_URING_SETUP = 425;

  private static final int SIGNAL = 0x7F;
  private static final int EXIT_SHIFT = 8;
  private static final int EXIT = 0xFF;

  /** The flags with which qemu-user makes each thread of its program: it refuses all others. */
  private static final List<String> THREAD =
      List.of("CLONE_VM|CLONE_FS|CLONE_FILES|CLONE_SIGHAND|CLONE_THREAD|CLONE_SYSVSEM", "NULL");

  private final EventSink events;
  private final Origin origin;
  private final Optional<String> folder;
  private final int emulatorsWords;
  private final Map<Integer, TracedProcess> processes = new HashMap<>();

  private final DescriptorRoom room = new DescriptorRoom();
  private final EmulatorCalls emulator = new EmulatorCalls();

  private long start;
  private boolean begun;
  private boolean isEmulated;
  private int lost;
  private Optional<FacetState> blind = Optional.empty();
  private List<Account.Count> counts = List.of();
  private Optional<Program> firstProgram = Optional.empty();
  private List<Optional<String>> sourcesWords = List.of();

  /**
   * A program as the kernel sees it: of one that needs another program to run it, that one.
   *
   * @param device on which the file is
   * @param inode of the file
   * @param arguments all of them
   */
  record Program(long device, long inode, List<String> arguments) {
    Program {
      arguments = List.copyOf(arguments);
    }
  }

  /**
   * @param folder that the sample is started in, if that is known
   * @param emulatorsWords how many words of an emulator's arguments stand before its program's
   */
  GuestTrace(EventSink events, Origin origin, Optional<String> folder, int emulatorsWords) {
    this.events = events;
    this.origin = origin;
    this.folder = folder;
    this.emulatorsWords = emulatorsWords;
  }

  /** True when the sample was seen to begin. */
  boolean hasBegun() {
    return begun;
  }

  Optional<Program> firstProgram() {
    return firstProgram;
  }

  /** The sample did what no recorder of system calls sees from then on. */
  Optional<FacetState> blind() {
    return blind;
  }

  /**
   * Takes the next record of this guest, a call whose source has words of its own for arguments.
   *
   * @param words one for each argument; empty where the record's number says it better
   */
  void accept(KernelRecord record, List<Optional<String>> words) {
    sourcesWords = words;
    accept(record);
    sourcesWords = List.of();
  }

  /** Takes the next record of this guest. */
  void accept(KernelRecord record) {
    if (!begun && record.type() != KernelRecord.Type.BEGIN) {
      return;
    }
    if (record.lost() != lost) {
      lost = record.lost();
      processes.values().forEach(process -> process.forget(room));
    }
    switch (record.type()) {
      case BEGIN -> begin(record);
      case FORK -> fork(record);
      case EXEC -> exec(record);
      case EXIT -> exit(record);
      case CALL -> call(record);
      case COUNTS -> counts = Account.counts(record.data());
      default -> {
        // of the recorder, not of the guest
      }
    }
  }

  /** Tells the counts: once, at the end. */
  void end(long now) {
    Map<String, long[]> sums = new LinkedHashMap<>();
    for (Account.Count count : counts) {
      if (count.number() == IO_URING_SETUP && count.calls() > count.failed()) {
        goBlind("at a time that was not told"); // the call was lost in a flood of others
      }
      add(sums, name(count), count.calls(), count.failed());
    }
    emulator.leftOut().forEach((name, own) -> add(sums, name, -own[0], -own[1]));
    sums.forEach(
        (name, sum) -> {
          if (sum[0] > 0) {
            events.accept(new CallsCounted(at(now), origin, name, sum[0], Math.max(0, sum[1])));
          }
        });
  }

  private static void add(Map<String, long[]> sums, String name, long calls, long failed) {
    long[] sum = sums.computeIfAbsent(name, it -> new long[2]);
    sum[0] += calls;
    sum[1] += failed;
  }

  /** The name of a call as in events. */
  private String name(Account.Count count) {
    Call call = CallTable.find(count.abi(), count.number());
    return isEmulated ? EmulatorCalls.name(call) : call.name();
  }

  private Duration at(long time) {
    return Duration.ofNanos(time - start);
  }

  private TracedProcess process(int id) {
    TracedProcess known = processes.get(id);
    if (known != null) {
      return known;
    }
    if (processes.size() >= MOST_PROCESSES) {
      return TracedProcess.of(id, Optional.empty(), new DescriptorRoom()); // for this one record
    }
    TracedProcess unknown = TracedProcess.of(id, Optional.empty(), room);
    remember(unknown);
    return unknown;
  }

  private void remember(TracedProcess process) {
    forget(process.id());
    if (processes.size() < MOST_PROCESSES) {
      processes.put(process.id(), process);
    } else {
      process.end();
    }
  }

  private void forget(int id) {
    TracedProcess known = processes.remove(id);
    if (known != null) {
      known.end();
    }
  }

  // --- processes

  /** The sample; or, later, a process that is its without being its child, as a login's shell. */
  private void begin(KernelRecord record) {
    Optional<String> in = begun ? Optional.empty() : folder;
    if (!begun) {
      begun = true;
      start = record.from();
    }
    remember(TracedProcess.of(record.process(), in, room));
    events.accept(new ProcessBegun(at(record.from()), origin, record.process(), record.parent()));
  }

  private void fork(KernelRecord record) {
    if (record.is(Flag.THREAD)) {
      if (record.is(Flag.EMULATED)) {
        process(record.process()).addThread(record.thread());
      }
      return;
    }
    TracedProcess child = process(record.parent()).child(record.process(), record.is(Flag.SHARED));
    if (record.is(Flag.EMULATED)) {
      child.awaitHelper();
    }
    remember(child);
    events.accept(new ProcessBegun(at(record.from()), origin, record.process(), record.parent()));
  }

  private void exec(KernelRecord record) {
    TracedProcess process = process(record.process());
    isEmulated |= record.is(Flag.EMULATED);
    String path = record.pieces().get(0).map(GuestTrace::text).orElse("");
    List<String> words = record.pieces().get(1).map(GuestTrace::words).orElse(List.of());
    if (firstProgram.isEmpty()) {
      firstProgram =
          Optional.of(new Program(record.arguments().get(0), record.arguments().get(1), words));
    }
    int from = record.is(Flag.EMULATED) ? Math.min(emulatorsWords, words.size()) : 0;
    String program = process.resolve(Words.AT_FDCWD, path).orElse(path);
    process.exec(path, record.is(Flag.EMULATED)).forEach(this::tell);
    events.accept(
        new ProgramStarted(
            at(record.from()),
            origin,
            record.process(),
            program,
            words.subList(from, words.size()),
            record.is(Flag.CUT)));
  }

  /** Without the zero at its end. */
  private static String text(byte[] bytes) {
    int end = bytes.length > 0 && bytes[bytes.length - 1] == 0 ? bytes.length - 1 : bytes.length;
    return new String(bytes, 0, end, UTF_8);
  }

  private static List<String> words(byte[] bytes) {
    if (bytes.length == 0) {
      return List.of();
    }
    return Arrays.asList(text(bytes).split("\0", -1));
  }

  private void exit(KernelRecord record) {
    TracedProcess process = process(record.process());
    if (!record.is(Flag.LAST)) {
      if (record.thread() == record.process()) {
        process.leaderEnded(record.result());
      }
      return;
    }
    process.letGo().forEach(this::tell);
    forget(record.process());
    long result =
        record.is(Flag.WHOLE) || process.leadersResult().isEmpty()
            ? record.result()
            : process.leadersResult().getAsLong();
    int signal = (int) result & SIGNAL;
    events.accept(
        new ProcessEnded(
            at(record.from()),
            origin,
            record.process(),
            signal == 0 ? OptionalInt.of((int) (result >> EXIT_SHIFT) & EXIT) : OptionalInt.empty(),
            signal == 0 ? OptionalInt.empty() : OptionalInt.of(signal)));
  }

  // --- calls

  private void call(KernelRecord record) {
    TracedProcess process = process(record.process());
    if (EmulatorCalls.isEmulated(record)) {
      emulator.judge(process, record).forEach(this::tell);
    } else {
      tell(record);
    }
  }

  private void tell(KernelRecord record) {
    TracedProcess process = process(record.process());
    Call call = CallTable.find(record.abi(), record.number());
    Words words = Words.of(call, record);
    List<Optional<String>> paths = paths(process, call, record, words);
    Optional<Descriptor> descriptor =
        call.isAboutDescriptor()
            ? process.descriptors().find(record.arguments().get(0))
            : Optional.empty();
    Optional<Descriptor> written =
        writesToThird(call)
            ? process.descriptors().find(record.arguments().get(2))
            : Optional.empty();
    boolean isEmulated = EmulatorCalls.isEmulated(record);
    events.accept(
        new SystemCall(
            at(record.from()),
            origin,
            Duration.ofNanos(record.to() - record.from()),
            record.process(),
            record.thread(),
            isEmulated ? EmulatorCalls.name(call) : call.name(),
            isEmulated && call.name().equals("clone3") ? THREAD : arguments(words),
            paths.isEmpty()
                ? words.socket().or(() -> descriptor.flatMap(Descriptor::path))
                : paths.get(0),
            paths.size() > 1 ? paths.get(1) : written.flatMap(Descriptor::path),
            words
                .endpoint()
                .or(() -> descriptor.flatMap(Descriptor::peer))
                .or(() -> written.flatMap(Descriptor::peer)),
            record.port() == 0 ? OptionalInt.empty() : OptionalInt.of(record.port()),
            record.result(),
            record.succeeded()
                ? Optional.empty()
                : Optional.of(Symbols.ERRORS.one(-record.result()))));
    new CallEffects(process, call, record, words, paths).apply();
    if (record.number() == IO_URING_SETUP && record.succeeded()) {
      goBlind("from %.1f s on".formatted(at(record.from()).toMillis() / 1000.0));
    }
  }

  /** True when its third argument is a descriptor that it writes to what it reads from another. */
  private static boolean writesToThird(Call call) {
    return call.name().equals("copy_file_range") || call.name().equals("splice");
  }

  private List<String> arguments(Words words) {
    List<String> arguments = new ArrayList<>(words.arguments());
    for (int i = 0; i < Math.min(arguments.size(), sourcesWords.size()); i++) {
      String number = arguments.get(i);
      arguments.set(i, sourcesWords.get(i).orElse(number));
    }
    return arguments;
  }

  /** The paths of a call, from the root. */
  private static List<Optional<String>> paths(
      TracedProcess process, Call call, KernelRecord record, Words words) {
    List<Optional<String>> paths = new ArrayList<>();
    int next = 0;
    long from = Words.AT_FDCWD;
    for (int i = 0; i < call.arguments().size(); i++) {
      String word = call.arguments().get(i);
      if (word.equals("dirfd")) {
        from = record.arguments().get(i).intValue();
      } else if ((word.equals("path") || word.equals("exe")) && next < words.paths().size()) {
        long base = from;
        paths.add(words.paths().get(next++).flatMap(path -> process.resolve(base, path)));
        from = Words.AT_FDCWD;
      }
    }
    return paths;
  }

  private void goBlind(String when) {
    if (blind.isEmpty()) {
      blind =
          Optional.of(
              FacetState.cut(0, "io_uring %s, which makes no system calls".formatted(when)));
    }
  }

  /**
   * The states of the facets that this source records, as far as the guest's own records tell.
   *
   * @param account the recorder's, if it told one
   */
  Map<Facet, FacetState> states(Optional<Account> account, RecorderBounds bounds) {
    if (!begun) {
      FacetState missing = FacetState.missing("the recorder did not see the sample begin");
      return Map.of(Facet.CALLS, missing, Facet.PROCESSES, missing);
    }
    // Without an account the recorder has ended, which is told elsewhere.
    FacetState calls = account.map(it -> it.ofCalls(bounds)).orElse(FacetState.OBSERVED);
    FacetState of = account.map(it -> it.ofProcesses(bounds)).orElse(FacetState.OBSERVED);
    FacetState ofTrace = blind.orElse(FacetState.OBSERVED).and(room.state());
    return Map.of(Facet.CALLS, calls.and(ofTrace), Facet.PROCESSES, of);
  }
}
