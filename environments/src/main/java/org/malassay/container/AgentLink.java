package org.malassay.container;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Frame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.malassay.environment.GuestException;
import org.malassay.environment.Output;
import org.malassay.guest.AgentEvent;
import org.malassay.guest.AgentProtocol;
import org.malassay.guest.Head;

/**
 * The conversation with the agent in one guest. Its events come in a thread of the HTTP client and
 * are waited for as futures, which all fail with {@link Closed} when the conversation ends before.
 */
final class AgentLink implements AutoCloseable {
  private static final Duration TAKE = Duration.ofSeconds(30);
  private static final int MAX_LOG = 64 * 1024;
  private static final int MAX_ANSWER = 2 * 1024 * 1024;

  /** The conversation is over: the guest is gone, the engine is, or the agent gave up. */
  static final class Closed extends IOException {
    Closed(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** An answer of the web service as it came over the wire, and how the request ended. */
  record Answer(ByteBuffer bytes, AgentEvent.ProbeEnd end) {}

  private final CommandStream commands = new CommandStream();
  private final AgentProtocol.Reader reader = new AgentProtocol.Reader(this::on);
  private final Callback callback = new Callback();

  private final CompletableFuture<AgentEvent.Hello> hello = new CompletableFuture<>();
  private final CompletableFuture<AgentEvent.ServiceUp> serviceUp = new CompletableFuture<>();
  private final CompletableFuture<AgentEvent.ServiceEnd> serviceEnd = new CompletableFuture<>();
  private final CompletableFuture<AgentEvent.FileWritten> fileWritten = new CompletableFuture<>();
  private final CompletableFuture<AgentEvent.SampleEnd> sampleEnd = new CompletableFuture<>();

  // Guarded by this.
  private final Head stdout;
  private final Head stderr;
  private final Head serviceLog = new Head(MAX_LOG);
  private final Head answer = new Head(MAX_ANSWER);
  private long refusedForks;
  private @Nullable CompletableFuture<Answer> probe;
  private @Nullable Closed end;

  /**
   * @param outputBytes how much of each of the sample's streams is kept, whatever the agent lets
   *     through
   */
  AgentLink(long outputBytes) {
    this.stdout = new Head(outputBytes);
    this.stderr = new Head(outputBytes);
  }

  /** Attaches to a container that need not run yet. */
  void open(Engine engine, String container) throws GuestException {
    engine.attach(container, commands, callback);
  }

  CompletableFuture<AgentEvent.Hello> hello() {
    return hello;
  }

  CompletableFuture<AgentEvent.ServiceUp> serviceUp() {
    return serviceUp;
  }

  CompletableFuture<AgentEvent.ServiceEnd> serviceEnd() {
    return serviceEnd;
  }

  CompletableFuture<AgentEvent.FileWritten> fileWritten() {
    return fileWritten;
  }

  CompletableFuture<AgentEvent.SampleEnd> sampleEnd() {
    return sampleEnd;
  }

  void send(byte[] command) throws IOException {
    commands.send(command, TAKE);
  }

  /**
   * Asks the service; one request at a time: where the agent has not come to answer the one before,
   * it is not asked again, and there is no answer in time.
   */
  CompletableFuture<Answer> probe(Duration timeout) throws IOException {
    CompletableFuture<Answer> result = new CompletableFuture<>();
    synchronized (this) {
      if (end != null) {
        throw end;
      }
      if (probe != null) {
        return result;
      }
      probe = result;
      answer.reset();
    }
    send(AgentProtocol.probe(timeout));
    return result;
  }

  /** What the sample has written so far; whether there was more is told by its end. */
  synchronized Output stdout(long total) {
    return stdout.output(total);
  }

  /** See {@link #stdout}. */
  synchronized Output stderr(long total) {
    return stderr.output(total);
  }

  /** The beginning of what the service has written. */
  synchronized byte[] serviceLog() {
    return serviceLog.bytes();
  }

  /** Takes what the agent says next. */
  void take(byte[] bytes) {
    try {
      reader.read(bytes);
    } catch (IOException e) {
      end(new Closed(String.valueOf(e.getMessage()), e));
      close();
    }
  }

  /** How often the guest's limit on processes was met, as far as it was told. */
  synchronized long refusedForks() {
    return refusedForks;
  }

  private synchronized void on(AgentEvent event) {
    if (event instanceof AgentEvent.Hello it) {
      hello.complete(it);
    } else if (event instanceof AgentEvent.ServiceUp it) {
      serviceUp.complete(it);
    } else if (event instanceof AgentEvent.ServiceEnd it) {
      serviceEnd.complete(it);
    } else if (event instanceof AgentEvent.ServiceLog it) {
      serviceLog.add(it.bytes());
    } else if (event instanceof AgentEvent.FileWritten it) {
      fileWritten.complete(it);
    } else if (event instanceof AgentEvent.SampleOutput it) {
      (it.stderr() ? stderr : stdout).add(it.bytes());
    } else if (event instanceof AgentEvent.RefusedForks it) {
      refusedForks = it.count();
    } else if (event instanceof AgentEvent.SampleEnd it) {
      sampleEnd.complete(it);
    } else if (event instanceof AgentEvent.ProbeBytes it) {
      answer.add(it.bytes());
    } else if (event instanceof AgentEvent.ProbeEnd it && probe != null) {
      CompletableFuture<Answer> asked = probe;
      probe = null;
      asked.complete(new Answer(ByteBuffer.wrap(answer.bytes()), it));
    } else if (event instanceof AgentEvent.Failure it) {
      end(new Closed("the guest's agent gave up: " + it.message(), null));
    }
  }

  private synchronized void end(Closed reason) {
    if (end != null) {
      return;
    }
    end = reason;
    hello.completeExceptionally(reason);
    serviceUp.completeExceptionally(reason);
    serviceEnd.completeExceptionally(reason);
    fileWritten.completeExceptionally(reason);
    sampleEnd.completeExceptionally(reason);
    if (probe != null) {
      probe.completeExceptionally(reason);
    }
  }

  /** Ends the conversation, and with it the guest. */
  @Override
  public void close() {
    end(new Closed("closed", null));
    commands.close();
    try {
      callback.close();
    } catch (IOException e) {
      // nothing is lost with a connection that was to be closed
    }
  }

  private final class Callback extends ResultCallback.Adapter<Frame> {
    @Override
    public void onNext(Frame frame) {
      take(frame.getPayload());
    }

    @Override
    public void onError(Throwable failure) {
      end(new Closed("the connection to the guest broke: " + failure, failure));
      super.onError(failure);
    }

    @Override
    public void onComplete() {
      end(new Closed("the guest is gone", null));
      super.onComplete();
    }
  }
}
