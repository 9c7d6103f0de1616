package org.malassay.environments.agent;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.malassay.behavior.EventSink;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.Origin;
import org.malassay.behavior.Recording;
import org.malassay.behavior.UnsupportedCall;
import org.malassay.environment.Ending;
import org.malassay.environment.Execution;

/**
 * What an agent tells of its sample, from the first output to the end, kept within bounds whatever
 * it tells. Read in a thread of its own until the stream ends; safe for use by several threads.
 */
public final class Transcript {
  private static final FacetState UNSUPPORTED_ALONE =
      FacetState.cut(0, "those alone that the environment lacks are told");

  private static final int CHUNK = 32 * 1024;

  /** The guest's clock from this side's. */
  private static final Duration CLOCKS_DIFFER = Duration.ofSeconds(1);

  /** More than any guest has ever written. */
  private static final long BYTES_A_SECOND = 64L << 30;

  private final Optional<EventSink> events;
  private volatile Instant started = Instant.now();
  private volatile long start = System.nanoTime();
  private final CompletableFuture<AgentEvent.FileWritten> delivery = new CompletableFuture<>();
  private final CompletableFuture<AgentEvent.SampleEnd> end = new CompletableFuture<>();

  // Guarded by this.
  private final Head stdout;
  private final Head stderr;
  private final Map<List<String>, Long> unsupported = new HashMap<>();
  private long refusedForks;

  private Transcript(long outputBytes, Optional<EventSink> events) {
    this.stdout = new Head(outputBytes);
    this.stderr = new Head(outputBytes);
    this.events = events;
  }

  /**
   * Begins to read.
   *
   * @param in the agent's frames; whoever opened it closes it, which ends the reading
   * @param outputBytes how much of each stream is kept, whatever the agent lets through
   * @param events takes the system calls that the guest tells to lack
   */
  public static Transcript of(InputStream in, long outputBytes, EventSink events) {
    return begin(new Transcript(outputBytes, Optional.of(events)), in);
  }

  /** The same for a whole Linux, whose agent tells of no such calls: who does is not the agent. */
  public static Transcript ofLinux(InputStream in, long outputBytes) {
    return begin(new Transcript(outputBytes, Optional.empty()), in);
  }

  private static Transcript begin(Transcript transcript, InputStream in) {
    Thread reader = new Thread(() -> transcript.read(in), "guest agent");
    reader.setDaemon(true);
    reader.start();
    return transcript;
  }

  /** The end of the sample; fails with an IOException when the conversation ends before. */
  public CompletableFuture<AgentEvent.SampleEnd> end() {
    return end;
  }

  /** The sample is started now, and cannot have had more time than from here to its end. */
  public void starts() {
    start = System.nanoTime();
    started = Instant.now();
  }

  /**
   * Waits without a bound until the sample lies in the guest.
   *
   * @throws IOException if the conversation ends before, or this thread is interrupted
   */
  public void awaitDelivery() throws IOException {
    await(CompletableFuture.anyOf(delivery, end));
  }

  /**
   * Waits without a bound for the end of the sample.
   *
   * @throws IOException if the conversation ends before, or this thread is interrupted
   */
  public AgentEvent.SampleEnd awaitEnd() throws IOException {
    return await(end);
  }

  private static <T> T await(CompletableFuture<T> event) throws IOException {
    try {
      return event.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException told ? told : new IOException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** The execution of a sample whose end the agent told. */
  public synchronized Execution execution(AgentEvent.SampleEnd end) {
    return new Execution(
        end.ending(),
        started,
        end.duration(),
        Optional.of(end.cpu()),
        stdout.output(end.stdoutBytes()),
        stderr.output(end.stderrBytes()),
        end.killedForMemory().orElse(0) > 0,
        end.survivors(),
        refusedForks,
        recording());
  }

  /** The execution of a sample that kept the agent from telling its end. */
  public synchronized Execution unobserved(Ending ending, Duration duration) {
    return new Execution(
        ending,
        started,
        duration,
        Optional.empty(),
        stdout.output(0),
        stderr.output(0),
        false,
        0,
        refusedForks,
        recording());
  }

  private Recording recording() {
    return events.isPresent() ? Recording.OFF.with(Facet.CALLS, UNSUPPORTED_ALONE) : Recording.OFF;
  }

  private void read(InputStream in) {
    AgentProtocol.Reader reader = new AgentProtocol.Reader(this::on);
    byte[] chunk = new byte[CHUNK];
    try {
      for (int n = in.read(chunk); n >= 0 && !end.isDone(); n = in.read(chunk)) {
        reader.read(Arrays.copyOf(chunk, n));
      }
      end.completeExceptionally(new IOException("the guest's agent fell silent"));
    } catch (IOException e) {
      end.completeExceptionally(e);
    } catch (RuntimeException e) {
      end.completeExceptionally(new IOException("the guest's agent is not understood", e));
    }
  }

  private synchronized void on(AgentEvent event) {
    if (event instanceof AgentEvent.SampleOutput it) {
      (it.stderr() ? stderr : stdout).add(it.bytes());
    } else if (event instanceof AgentEvent.UnsupportedCalls it) {
      events.ifPresent(sink -> it.calls().forEach(call -> tell(sink, call)));
    } else if (event instanceof AgentEvent.RefusedForks it) {
      refusedForks = it.count();
    } else if (event instanceof AgentEvent.FileWritten it) {
      delivery.complete(it);
    } else if (event instanceof AgentEvent.SampleEnd it) {
      checked(it);
    } else if (event instanceof AgentEvent.Failure it) {
      end.completeExceptionally(new IOException("the guest's agent gave up: " + it.message()));
    }
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
      end.completeExceptionally(
          new IOException("the guest's agent told of more output than there can be"));
    } else {
      end.complete(told.within(most));
    }
  }
}
