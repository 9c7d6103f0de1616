package org.malassay.guest;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.malassay.environment.Ending;
import org.malassay.environment.Execution;
import org.malassay.environment.Output;
import org.malassay.environment.RefusedCall;

/**
 * What an agent tells of its sample, from the first output to the end, kept within bounds whatever
 * it tells. Read in a thread of its own until the stream ends; safe for use by several threads.
 */
public final class Transcript {
  private static final int CHUNK = 32 * 1024;

  private final int outputBytes;
  private final CompletableFuture<AgentEvent.SampleEnd> end = new CompletableFuture<>();

  // Guarded by this.
  private final ByteArrayOutputStream stdout = new ByteArrayOutputStream(0);
  private final ByteArrayOutputStream stderr = new ByteArrayOutputStream(0);
  private List<RefusedCall> refusedCalls = List.of();

  private Transcript(long outputBytes) {
    this.outputBytes = (int) Math.min(outputBytes, Integer.MAX_VALUE);
  }

  /**
   * Begins to read.
   *
   * @param in the agent's frames; whoever opened it closes it, which ends the reading
   * @param outputBytes how much of each stream is kept, whatever the agent lets through
   */
  public static Transcript of(InputStream in, long outputBytes) {
    Transcript transcript = new Transcript(outputBytes);
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
        output(stdout, end.stdoutBytes()),
        output(stderr, end.stderrBytes()),
        end.killedForMemory().orElse(0) > 0,
        end.survivors(),
        refusedCalls);
  }

  /** The execution of a sample that kept the agent from telling its end. */
  public synchronized Execution unobserved(Ending ending, Duration duration) {
    return new Execution(
        ending,
        duration,
        Optional.empty(),
        output(stdout, 0),
        output(stderr, 0),
        false,
        0,
        refusedCalls);
  }

  private static Output output(ByteArrayOutputStream stream, long total) {
    return new Output(stream.toByteArray(), Math.max(total, stream.size()));
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
      append(it.stderr() ? stderr : stdout, it.bytes());
    } else if (event instanceof AgentEvent.RefusedCalls it) {
      refusedCalls = it.calls();
    } else if (event instanceof AgentEvent.SampleEnd it) {
      end.complete(it);
    } else if (event instanceof AgentEvent.Failure it) {
      end.completeExceptionally(new IOException("the guest's agent gave up: " + it.message()));
    }
  }

  private void append(ByteArrayOutputStream to, ByteBuffer bytes) {
    int n = Math.min(bytes.remaining(), outputBytes - to.size());
    to.write(bytes.array(), bytes.arrayOffset() + bytes.position(), n);
  }
}
