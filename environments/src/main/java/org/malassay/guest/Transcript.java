package org.malassay.guest;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.malassay.environment.Ending;
import org.malassay.environment.Execution;
import org.malassay.environment.RefusedCall;

/**
 * What an agent tells of its sample, from the first output to the end, kept within bounds whatever
 * it tells. Read in a thread of its own until the stream ends; safe for use by several threads.
 */
public final class Transcript {
  private static final int CHUNK = 32 * 1024;

  /** The guest's clock from this side's. */
  private static final Duration CLOCKS_DIFFER = Duration.ofSeconds(1);

  /** More than any guest has ever written. */
  private static final long BYTES_A_SECOND = 64L << 30;

  private final boolean lacksCalls;
  private final long start = System.nanoTime();
  private final CompletableFuture<AgentEvent.SampleEnd> end = new CompletableFuture<>();

  // Guarded by this.
  private final Head stdout;
  private final Head stderr;
  private List<RefusedCall> refusedCalls = List.of();
  private long refusedForks;

  private Transcript(long outputBytes, boolean lacksCalls) {
    this.stdout = new Head(outputBytes);
    this.stderr = new Head(outputBytes);
    this.lacksCalls = lacksCalls;
  }

  /**
   * Begins to read.
   *
   * @param in the agent's frames; whoever opened it closes it, which ends the reading
   * @param outputBytes how much of each stream is kept, whatever the agent lets through
   */
  public static Transcript of(InputStream in, long outputBytes) {
    return begin(new Transcript(outputBytes, true), in);
  }

  /**
   * The same for a whole Linux, whose agent tells of no refused calls: who does is not the agent.
   */
  public static Transcript ofLinux(InputStream in, long outputBytes) {
    return begin(new Transcript(outputBytes, false), in);
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

  /** The execution of a sample whose end the agent told. */
  public synchronized Execution execution(AgentEvent.SampleEnd end) {
    return new Execution(
        end.ending(),
        end.duration(),
        Optional.of(end.cpu()),
        stdout.output(end.stdoutBytes()),
        stderr.output(end.stderrBytes()),
        end.killedForMemory().orElse(0) > 0,
        end.survivors(),
        refusedCalls,
        refusedForks);
  }

  /** The execution of a sample that kept the agent from telling its end. */
  public synchronized Execution unobserved(Ending ending, Duration duration) {
    return new Execution(
        ending,
        duration,
        Optional.empty(),
        stdout.output(0),
        stderr.output(0),
        false,
        0,
        refusedCalls,
        refusedForks);
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
    } else if (event instanceof AgentEvent.RefusedCalls it && lacksCalls) {
      refusedCalls = it.calls();
    } else if (event instanceof AgentEvent.RefusedForks it) {
      refusedForks = it.count();
    } else if (event instanceof AgentEvent.SampleEnd it) {
      checked(it);
    } else if (event instanceof AgentEvent.Failure it) {
      end.completeExceptionally(new IOException("the guest's agent gave up: " + it.message()));
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
