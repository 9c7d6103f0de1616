package org.malassay.environments.container;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Frame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.malassay.environment.GuestException;
import org.malassay.environments.agent.Commands;
import org.malassay.environments.agent.Transcript;
import org.malassay.environments.host.Timeout;
import org.malassay.environments.host.Timeouts;

/**
 * The way to the agent in one guest and back, by the engine: what it tells comes in a thread of the
 * HTTP client and goes into a transcript.
 */
final class AgentLink implements Commands, AutoCloseable {
  private final CommandStream commands = new CommandStream();
  private final Callback callback = new Callback();
  private final Transcript told;
  private final Timeouts timeouts;
  private volatile Consumer<ByteBuffer> log = piece -> {};

  /**
   * @param outputBytes how much of each of the sample's streams is kept, whatever the agent lets
   *     through
   */
  AgentLink(long outputBytes, Timeouts timeouts) {
    this.timeouts = timeouts;
    this.told = Transcript.ofLinux(outputBytes, piece -> log.accept(piece));
  }

  /** Attaches to a container that need not run yet. */
  void open(Engine engine, String container) throws GuestException {
    engine.attach(container, commands, callback);
  }

  /** What the agent tells. */
  Transcript told() {
    return told;
  }

  /** Hands over qemu-user's log of the sample, which the agent is asked for. */
  void hand(Consumer<ByteBuffer> pieces) {
    log = pieces;
  }

  @Override
  public void send(byte[] command) throws IOException {
    commands.send(command, timeouts, Timeout.COMMAND);
  }

  /** Ends the conversation, and with it the guest. */
  @Override
  public void close() {
    told.ends(new IOException("closed"));
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
      if (!told.take(frame.getPayload())) {
        AgentLink.this.close();
      }
    }

    @Override
    public void onError(Throwable failure) {
      told.ends(new IOException("the connection to the guest broke: " + failure, failure));
      super.onError(failure);
    }

    @Override
    public void onComplete() {
      told.ends(new IOException("the guest is gone"));
      super.onComplete();
    }
  }
}
