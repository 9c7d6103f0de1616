package org.malassay.raspbian;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import net.schmizz.sshj.connection.channel.direct.Session;
import org.malassay.environment.Output;
import org.malassay.guest.AgentEvent;
import org.malassay.guest.AgentProtocol;

/** The conversation with the agent that runs the sample, over a channel of SSH. */
final class AgentSession implements AutoCloseable {
  private static final String AGENT = "exec /usr/local/sbin/malassay-agent ";
  private static final int CHUNK = 32 * 1024;

  private final Session.Command channel;
  private final int outputBytes;
  private final CompletableFuture<AgentEvent.SampleEnd> end = new CompletableFuture<>();

  // Guarded by this.
  private final ByteArrayOutputStream stdout = new ByteArrayOutputStream(0);
  private final ByteArrayOutputStream stderr = new ByteArrayOutputStream(0);

  /**
   * Starts the agent.
   *
   * @param path of the sample, in letters that mean nothing to a shell
   * @param outputBytes how much of each stream is kept, whatever the agent lets through
   */
  AgentSession(Ssh ssh, String path, long outputBytes) throws IOException {
    this.outputBytes = (int) Math.min(outputBytes, Integer.MAX_VALUE);
    this.channel = ssh.start(AGENT + path);
    Thread reader = new Thread(this::read, "guest agent");
    reader.setDaemon(true);
    reader.start();
  }

  void send(byte[] command) throws IOException {
    channel.getOutputStream().write(command);
    channel.getOutputStream().flush();
  }

  /** The end of the sample; fails with an IOException when the conversation ends before. */
  CompletableFuture<AgentEvent.SampleEnd> end() {
    return end;
  }

  synchronized Output stdout(long total) {
    return new Output(stdout.toByteArray(), Math.max(total, stdout.size()));
  }

  synchronized Output stderr(long total) {
    return new Output(stderr.toByteArray(), Math.max(total, stderr.size()));
  }

  private void read() {
    AgentProtocol.Reader reader = new AgentProtocol.Reader(this::on);
    byte[] chunk = new byte[CHUNK];
    try {
      InputStream in = channel.getInputStream();
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
        reader.read(Arrays.copyOf(chunk, n));
      }
      end.completeExceptionally(new IOException("the SSH session ended"));
    } catch (IOException e) {
      end.completeExceptionally(e);
    } catch (RuntimeException e) {
      end.completeExceptionally(new IOException("the guest's agent is not understood", e));
    }
  }

  private synchronized void on(AgentEvent event) {
    if (event instanceof AgentEvent.SampleOutput it) {
      append(it.stderr() ? stderr : stdout, it.bytes());
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

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // the guest is thrown away anyhow
    }
  }
}
