package org.malassay.environments.tracing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.malassay.behavior.EventSink;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.Origin;
import org.malassay.environment.Execution;
import org.malassay.environment.GuestException;
import org.malassay.environment.Order;
import org.malassay.sample.SafeText;

/**
 * This side of one recorder (environments/recorder), wherever that runs: takes what it says, keeps
 * the guests apart, and says how well each was recorded. Whatever comes in, it is kept within
 * bounds: of each guest that is being recorded, what {@link GuestTrace} keeps.
 *
 * <p>Safe for use by several threads. {@link #take} is called by one of them, in the order in which
 * the bytes came.
 */
public final class Recorder {
  /** What it sees. */
  public static final Set<Facet> FACETS = Set.of(Facet.CALLS, Facet.PROCESSES);

  /** Whether these facets need one: which files have changed is known by the calls. */
  public static boolean isNeededFor(Set<Facet> recorded) {
    return recorded.contains(Facet.FILES) || !Collections.disjoint(recorded, FACETS);
  }

  /** The same of each facet that it sees. */
  public static <T> Map<Facet, T> ofEachFacet(T value) {
    return FACETS.stream().collect(Collectors.toUnmodifiableMap(facet -> facet, facet -> value));
  }

  /** The same, and one of the files, which are known by it alone. */
  public static <T> Map<Facet, T> ofEachFacetAndFiles(T value, T files) {
    Map<Facet, T> all = new EnumMap<>(Facet.class);
    all.putAll(ofEachFacet(value));
    all.put(Facet.FILES, files);
    return all;
  }

  private static final SecureRandom RANDOM = new SecureRandom();

  /** The requests to the recorder: see {@code record.h}. */
  private static final int ACCOUNT = 'A';

  private static final int CHECK = 'C';
  private static final int EMULATOR = 'M';

  /** The way by which requests come to the recorder. */
  public interface Commands {
    /** Hands the request over, without waiting for its effect. */
    void send(byte[] command) throws IOException;
  }

  private final int run;
  private final Origin origin;
  private final RecorderBounds bounds;
  private final Commands commands;
  private final RecordReader reader = new RecordReader(this::on);
  private final CompletableFuture<String> hello = new CompletableFuture<>();

  // Guarded by this.
  private final Map<Long, GuestRecording> open = new HashMap<>();
  private int guests;
  private long missed;
  private Optional<String> end = Optional.empty();
  private CompletableFuture<Long> checked = new CompletableFuture<>();
  private int emulatorsWords;

  /**
   * @param run the half of the cookies that tells this recorder from others: see {@link #newRun}
   * @param origin of what it sees
   * @param bounds that the recorder was started with
   */
  public Recorder(int run, Origin origin, RecorderBounds bounds, Commands commands) {
    this.run = run;
    this.origin = origin;
    this.bounds = bounds;
    this.commands = commands;
  }

  /** A number that nobody else has for a recorder, and no program guesses. */
  public static int newRun() {
    return RANDOM.nextInt();
  }

  /**
   * The arguments of the recorder's program.
   *
   * @param ringKib what its kernel has room for until it is read, a power of two
   */
  public static List<String> arguments(int run, int ringKib, RecorderBounds bounds) {
    return List.of(
        "--run",
        "%08x".formatted(run),
        "--ring",
        Integer.toString(ringKib),
        "--bounds",
        bounds.argument());
  }

  /**
   * Completes when the recorder has begun, with the release of its kernel; fails with an
   * IOException that says why when it does not.
   */
  public CompletableFuture<String> hello() {
    return hello;
  }

  /** Takes what the recorder says next. After its end, nothing more is taken. */
  public void take(ByteBuffer bytes) {
    if (ended().isPresent()) {
      return;
    }
    try {
      reader.read(bytes);
    } catch (IOException e) {
      end(String.valueOf(e.getMessage()));
    }
  }

  /**
   * The recorder has ended, or cannot be heard any more. This cuts the recordings that are going
   * on; of several ends, the first one counts.
   *
   * @param why in words that go on "the recorder ..."
   */
  public void end(String why) {
    Map<Long, GuestRecording> cut;
    synchronized (this) {
      if (end.isPresent()) {
        return;
      }
      end = Optional.of(why);
      cut = Map.copyOf(open);
      open.clear();
      checked.completeExceptionally(new IOException(why));
    }
    hello.completeExceptionally(new IOException(why));
    cut.values().forEach(guest -> guest.cut(why));
  }

  /** Why the recorder records no more; empty while it does. */
  public synchronized Optional<String> ended() {
    return end;
  }

  /**
   * Begins to record a guest. Its agent marks the sample with the cookie, right before it is
   * executed.
   *
   * @param events takes what is seen, in the thread that calls {@link #take}
   * @param folder that the sample is started in, if that is known
   */
  public synchronized GuestRecording open(EventSink events, Optional<String> folder) {
    long cookie = ((long) run << Integer.SIZE) | (guests++ & 0xFFFF_FFFFL);
    GuestRecording guest =
        new GuestRecording(
            this, cookie, new GuestTrace(events, origin, folder, emulatorsWords), bounds);
    if (end.isPresent()) {
      guest.miss(end.get());
    } else {
      open.put(cookie, guest);
    }
    return guest;
  }

  /** A sample that its agent marks. */
  @FunctionalInterface
  public interface Marked {
    Execution run(long cookie) throws GuestException;
  }

  /**
   * Runs a sample and observes it until its last process is gone, or for as long as the order says.
   *
   * @param folder that the sample is started in
   */
  public Execution record(EventSink events, String folder, Order order, Marked sample)
      throws GuestException {
    try (GuestRecording recording = open(events, Optional.of(folder))) {
      return recording.observe(sample.run(recording.cookie()), order);
    }
  }

  synchronized void close(long cookie) {
    open.remove(cookie);
  }

  void askForAccount(long cookie) throws IOException {
    commands.send(command(ACCOUNT, cookie).array());
  }

  /**
   * Has the recorder run its program of known calls, and compares what is seen.
   *
   * @return why the recorder is not to be believed; empty when it sees what it must
   */
  public Optional<String> check(Duration timeout) {
    Optional<String> failure = new SelfCheck(this).run(timeout);
    failure.ifPresent(why -> end("failed its check: " + why));
    return failure;
  }

  /** Runs the program of known calls under this cookie, and waits for its end. */
  long runKnownProgram(long cookie, Duration timeout)
      throws IOException, TimeoutException, InterruptedException {
    CompletableFuture<Long> result;
    synchronized (this) {
      if (end.isPresent()) {
        throw new IOException(end.get());
      }
      checked = new CompletableFuture<>();
      result = checked;
    }
    commands.send(command(CHECK, cookie).array());
    try {
      return result.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IOException(ended().orElse("was asked for something else"), e);
    }
  }

  /**
   * Programs with this executable are run by an emulator.
   *
   * @param words how many of its arguments stand before its program's own
   */
  void learnEmulator(long device, long inode, int words) throws IOException {
    synchronized (this) {
      emulatorsWords = words;
    }
    commands.send(
        ByteBuffer.allocate(1 + 2 * Long.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put((byte) EMULATOR)
            .putLong(device)
            .putLong(inode)
            .array());
  }

  private static ByteBuffer command(int letter, long number) {
    return ByteBuffer.allocate(1 + Long.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put((byte) letter)
        .putLong(number);
  }

  private void on(KernelRecord record) {
    switch (record.type()) {
      case HELLO -> hello.complete(text(record.data()));
      case FAILURE -> end("gave up: " + text(record.data()));
      case CHECKED -> checkEnded(record.result());
      case ACCOUNT -> {
        Account.read(record.data()).ifPresent(it -> noteMissed(it.missed()));
        find(record.guest()).ifPresent(guest -> guest.accept(record));
      }
      default -> find(record.guest()).ifPresent(guest -> guest.accept(record));
    }
  }

  private synchronized void checkEnded(long result) {
    checked.complete(result);
  }

  private synchronized Optional<GuestRecording> find(long cookie) {
    return Optional.ofNullable(open.get(cookie));
  }

  /** The kernel left the recorder out: whose calls those were, nobody knows. */
  private void noteMissed(long total) {
    List<GuestRecording> all;
    long times;
    synchronized (this) {
      times = total - missed;
      missed = Math.max(missed, total);
      all = times > 0 ? List.copyOf(open.values()) : List.of();
    }
    all.forEach(
        guest ->
            guest.worsen(
                FacetState.cut(0, "the kernel left the recorder out %d times".formatted(times))));
  }

  private static String text(ByteBuffer bytes) {
    byte[] text = new byte[Math.min(bytes.remaining(), 512)];
    bytes.get(text);
    return SafeText.printable(new String(text, UTF_8));
  }

  @Override
  public String toString() {
    return "recorder %08x%s".formatted(run, ended().map(it -> " (" + it + ")").orElse(""));
  }
}
