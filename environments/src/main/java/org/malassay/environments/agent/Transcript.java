package org.malassay.environments.agent;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.malassay.behavior.EventSink;
import org.malassay.behavior.Origin;
import org.malassay.behavior.Recording;
import org.malassay.behavior.UnsupportedCall;
import org.malassay.environment.Ending;
import org.malassay.environment.Evidence;
import org.malassay.environment.Execution;
import org.malassay.environment.GuestException;
import org.malassay.environment.GuestFile;
import org.malassay.environment.Piece;
import org.malassay.environment.Used;
import org.malassay.environments.host.Await;

/**
 * What the agent in a guest tells, of its service and of its sample, kept within bounds whatever it
 * tells. The bytes come by {@link #take}, or are read from a stream in a thread of its own. All
 * waits fail with an IOException once the conversation is over. Safe for use by several threads;
 * bytes are handed over by one.
 */
public final class Transcript {
  private static final int CHUNK = 32 * 1024;
  private static final int MAX_LOG = 64 * 1024;
  private static final int MAX_ANSWER = 2 * 1024 * 1024;

  /** How far the guest's clock may be off. */
  private static final Duration CLOCKS_DIFFER = Duration.ofSeconds(1);

  /** The kinds of files in {@code st_mode}: Linux's {@code include/uapi/linux/stat.h}. */
  private static final int S_IFMT = 0170000;

  private static final int S_IFREG = 0100000;
  private static final int S_IFLNK = 0120000;
  private static final int S_IFIFO = 0010000;
  private static final int S_IFSOCK = 0140000;

  /** More than any guest has ever written. */
  private static final long BYTES_A_SECOND = 64L << 30;

  /** An answer of the web service as it came over the wire, and how the request ended. */
  public record Answer(ByteBuffer bytes, AgentEvent.ProbeEnd end) {}

  private final Optional<EventSink> events;
  private final Consumer<ByteBuffer> records;
  private final AgentProtocol.Reader reader = new AgentProtocol.Reader(this::on);
  private volatile Instant started = Instant.now();
  private volatile long start = System.nanoTime();
  private final CompletableFuture<AgentEvent.Hello> hello = new CompletableFuture<>();
  private final CompletableFuture<Optional<Ending>> service = new CompletableFuture<>();
  private volatile CompletableFuture<AgentEvent.FileWritten> delivery = new CompletableFuture<>();
  private final CompletableFuture<AgentEvent.SampleEnd> end = new CompletableFuture<>();

  // Guarded by this.
  private final Head stdout;
  private final Head stderr;
  private final Head serviceLog = new Head(MAX_LOG);
  private final Head page = new Head(MAX_ANSWER);
  private final Map<List<String>, Long> unsupported = new HashMap<>();
  private long refusedForks;
  private Head file = new Head(0);
  private final Answers<Answer> pages = new Answers<>();
  private final Answers<GuestFile> files = new Answers<>();
  private final Answers<Optional<Used>> figures = new Answers<>();
  private @Nullable IOException over;

  private Transcript(long outputBytes, Optional<EventSink> events, Consumer<ByteBuffer> records) {
    this.stdout = new Head(outputBytes);
    this.stderr = new Head(outputBytes);
    this.events = events;
    this.records = records;
  }

  /**
   * Begins to read.
   *
   * @param in the agent's frames; whoever opened it closes it, which ends the reading
   * @param outputBytes how much of each stream is kept, whatever the agent lets through
   * @param events takes the system calls that the guest tells to lack
   */
  public static Transcript of(InputStream in, long outputBytes, EventSink events) {
    return of(in, outputBytes, events, record -> {});
  }

  /**
   * The same of a guest that records its sample.
   *
   * @param records takes what the guest records of its sample, one record each, in their order
   */
  public static Transcript of(
      InputStream in, long outputBytes, EventSink events, Consumer<ByteBuffer> records) {
    return new Transcript(outputBytes, Optional.of(events), records).reading(in, false);
  }

  /**
   * The same for a whole Linux, whose agent tells of no such calls: if they are told, it is not the
   * agent who does.
   */
  public static Transcript ofLinux(InputStream in, long outputBytes) {
    return ofLinux(outputBytes).reading(in, true);
  }

  /** The same, whose bytes come by {@link #take}. */
  public static Transcript ofLinux(long outputBytes) {
    return ofLinux(outputBytes, record -> {});
  }

  /**
   * The same of a guest whose emulator's log is told.
   *
   * @param log takes it piece by piece; an empty one is its end
   */
  public static Transcript ofLinux(long outputBytes, Consumer<ByteBuffer> log) {
    return new Transcript(outputBytes, Optional.empty(), log);
  }

  /**
   * @param beyond true when it is read on after the sample's end, until the stream's
   */
  private Transcript reading(InputStream in, boolean beyond) {
    Thread thread = new Thread(() -> read(in, beyond), "guest agent");
    thread.setDaemon(true);
    thread.start();
    return this;
  }

  /**
   * Takes what the agent says next.
   *
   * @return false when that is not what an agent says: the conversation is over then
   */
  public boolean take(byte[] bytes) {
    try {
      reader.read(bytes);
      return true;
    } catch (IOException e) {
      ends(e);
    } catch (RuntimeException e) {
      ends(new IOException("the guest's agent is not understood", e));
    }
    return false;
  }

  /** Ends the conversation; what the agent has said before stands. */
  public synchronized void ends(IOException reason) {
    if (over != null) {
      return;
    }
    over = reason;
    hello.completeExceptionally(reason);
    service.completeExceptionally(reason);
    delivery.completeExceptionally(reason);
    end.completeExceptionally(reason);
    pages.end(reason);
    files.end(reason);
    figures.end(reason);
  }

  /** The end of the sample; fails with an IOException when the conversation ends before. */
  public CompletableFuture<AgentEvent.SampleEnd> end() {
    return end;
  }

  /**
   * Notes that the sample is started now: it cannot have had more time than from here to its end.
   */
  public void starts() {
    start = System.nanoTime();
    started = Instant.now();
  }

  /** True once the agent has said what it is, or the conversation is over. */
  public boolean isBegun() {
    return hello.isDone();
  }

  /** Waits for the agent's first words. */
  public AgentEvent.Hello awaitHello(Duration most)
      throws IOException, TimeoutException, GuestException {
    return await(hello, most);
  }

  /**
   * Waits until the guest's service answers, or ends.
   *
   * @return how its first process ended; empty when it answers
   */
  public Optional<Ending> awaitService(Duration most)
      throws IOException, TimeoutException, GuestException {
    return await(service, most);
  }

  /** Waits until the file that was sent lies in the guest; then the next one can be sent. */
  public void awaitDelivery(Duration most) throws IOException, TimeoutException, GuestException {
    await(CompletableFuture.anyOf(delivery, end), most);
    awaitAnother();
  }

  private synchronized void awaitAnother() {
    if (over == null) {
      delivery = new CompletableFuture<>();
    }
  }

  /** Waits for the end of the sample. */
  public AgentEvent.SampleEnd awaitEnd(Duration most)
      throws IOException, TimeoutException, GuestException {
    return await(end, most);
  }

  /**
   * Has the agent ask the service, and waits for the answer; as {@link Answers} has it.
   *
   * @param question a command of the agent's
   */
  public Answer ask(Commands agent, byte[] question, Duration most)
      throws IOException, TimeoutException, GuestException {
    return pages.ask(agent, question, most, this::resetPage);
  }

  private synchronized void resetPage() {
    page.reset();
  }

  /**
   * Has the agent read a file of the guest, once the sample has been started.
   *
   * @param path hostile text
   * @param mostBytes how many of its bytes
   * @return the file; silence when there is no answer in time, or none any more
   */
  public GuestFile read(Commands agent, String path, int mostBytes, Duration most)
      throws GuestException {
    if (path.indexOf('\0') >= 0) {
      return GuestFile.unreadable("no file has such a name");
    }
    try {
      return files.ask(
          agent, AgentProtocol.read(path, mostBytes), most, () -> beginFile(mostBytes));
    } catch (IOException | TimeoutException e) {
      return GuestFile.SILENT;
    }
  }

  private synchronized void beginFile(int mostBytes) {
    file = new Head(mostBytes);
  }

  /**
   * Asks the agent what the guest has used.
   *
   * @return empty when the agent cannot see it, or does not answer in time
   */
  public Optional<Used> used(Commands agent, Duration most) throws GuestException {
    try {
      return figures.ask(agent, AgentProtocol.usage(), most, () -> {});
    } catch (IOException | TimeoutException e) {
      return Optional.empty();
    }
  }

  private static <T> T await(CompletableFuture<T> event, Duration most)
      throws IOException, TimeoutException, GuestException {
    try {
      return Await.value(event, most);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException told ? told : new IOException(e.getCause());
    }
  }

  /** The beginning of what the service has written: hostile bytes. */
  public synchronized byte[] serviceLog() {
    return serviceLog.bytes();
  }

  /** Adds what the guest's service has written; nothing when it has written nothing. */
  public void collect(Evidence evidence) throws IOException {
    byte[] log = serviceLog();
    if (log.length > 0) {
      evidence.write(Piece.SERVICE_LOG, log);
    }
  }

  /** The execution of a sample whose end the agent told. */
  public Execution execution(AgentEvent.SampleEnd end) {
    return execution(end, end.killedForMemory().orElse(0) > 0);
  }

  /**
   * The same, where somebody else than the agent knows whether memory ran out.
   *
   * @param outOfMemory whether memory ran out
   */
  public synchronized Execution execution(AgentEvent.SampleEnd end, boolean outOfMemory) {
    return new Execution(
        end.ending(),
        started,
        end.duration(),
        Optional.of(end.cpu()),
        stdout.output(end.stdoutBytes()),
        stderr.output(end.stderrBytes()),
        outOfMemory,
        end.survivors(),
        refusedForks,
        Recording.OFF);
  }

  /** The execution of a sample that kept the agent from telling its end. */
  public synchronized Execution unobserved(Ending ending, Duration duration, boolean outOfMemory) {
    return new Execution(
        ending,
        started,
        duration,
        Optional.empty(),
        stdout.output(0),
        stderr.output(0),
        outOfMemory,
        0,
        refusedForks,
        Recording.OFF);
  }

  /** Adds what the sample had written until the tool failed. */
  public synchronized GuestException addTo(GuestException failure) {
    return failure.with(Piece.STDOUT, stdout.bytes()).with(Piece.STDERR, stderr.bytes());
  }

  private void read(InputStream in, boolean beyond) {
    byte[] chunk = new byte[CHUNK];
    try {
      int n = in.read(chunk);
      while (n >= 0 && take(Arrays.copyOf(chunk, n)) && (beyond || !end.isDone())) {
        n = in.read(chunk);
      }
      ends(new IOException("the guest's agent fell silent"));
    } catch (IOException e) {
      ends(e);
    } catch (RuntimeException e) {
      ends(new IOException("the guest's agent is not heard", e));
    }
  }

  private synchronized void on(AgentEvent event) {
    if (over != null) {
      return;
    }
    if (event instanceof AgentEvent.SampleOutput it) {
      (it.stderr() ? stderr : stdout).add(it.bytes());
    } else if (event instanceof AgentEvent.UnsupportedCalls it) {
      events.ifPresent(sink -> it.calls().forEach(call -> tell(sink, call)));
    } else if (event instanceof AgentEvent.Recorded it) {
      records.accept(it.bytes());
    } else if (event instanceof AgentEvent.RefusedForks it) {
      refusedForks = it.count();
    } else if (event instanceof AgentEvent.Hello it) {
      hello.complete(it);
    } else if (event instanceof AgentEvent.ServiceUp) {
      service.complete(Optional.empty());
    } else if (event instanceof AgentEvent.ServiceEnd it) {
      service.complete(Optional.of(it.ending()));
    } else if (event instanceof AgentEvent.ServiceLog it) {
      serviceLog.add(it.bytes());
    } else if (event instanceof AgentEvent.FileWritten it) {
      delivery.complete(it);
    } else if (event instanceof AgentEvent.SampleEnd it) {
      checked(it);
    } else if (event instanceof AgentEvent.ProbeBytes it) {
      page.add(it.bytes());
    } else if (event instanceof AgentEvent.ProbeEnd it) {
      pages.answer(new Answer(ByteBuffer.wrap(page.bytes()), it));
    } else if (event instanceof AgentEvent.FileBytes it) {
      file.add(it.bytes());
    } else if (event instanceof AgentEvent.FileEnd it) {
      files.answer(read(it));
      file = new Head(0);
    } else if (event instanceof AgentEvent.Usage it) {
      figures.answer(it.used());
    } else if (event instanceof AgentEvent.Failure it) {
      ends(new IOException("the guest's agent gave up: " + it.message()));
    }
  }

  private GuestFile read(AgentEvent.FileEnd told) {
    if (told.error().isPresent()) {
      String error = told.error().get();
      return GuestFile.unreadable(
          error.equals("ENOENT") ? "it is not there" : "reading it failed: " + error);
    }
    return switch (told.mode() & S_IFMT) {
      case S_IFREG -> GuestFile.read(file.output(told.size()), told.changed());
      case S_IFLNK -> GuestFile.unreadable("it is a symbolic link");
      case S_IFIFO -> GuestFile.unreadable("it is a pipe");
      case S_IFSOCK -> GuestFile.unreadable("it is a socket");
      default -> GuestFile.NO_FILE;
    };
  }

  /** Counts are told from the sample's start on, as often as there is something to tell. */
  private void tell(EventSink sink, AgentEvent.CallCount call) {
    Long before = unsupported.put(List.of(call.name(), call.error()), call.count());
    long more = call.count() - (before == null ? 0 : before);
    if (more > 0) {
      Duration at = Duration.ofNanos(System.nanoTime() - start);
      sink.accept(new UnsupportedCall(at, Origin.LIBRARY_OS, call.name(), call.error(), more));
    }
  }

  /**
   * Where a sample is root beside the agent, or shares its memory, it can speak in its place: what
   * cannot be so is not believed.
   */
  private void checked(AgentEvent.SampleEnd told) {
    Duration most = Duration.ofNanos(System.nanoTime() - start).plus(CLOCKS_DIFFER);
    long mostBytes = (most.toSeconds() + 1) * BYTES_A_SECOND;
    if (told.stdoutBytes() > mostBytes || told.stderrBytes() > mostBytes) {
      ends(new IOException("the guest's agent told of more output than there can be"));
    } else {
      end.complete(told.within(most));
    }
  }
}
