package org.malassay.environments.machine;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import net.schmizz.sshj.connection.channel.direct.Session.Command;
import org.jspecify.annotations.Nullable;
import org.malassay.environments.agent.Transcript;
import org.malassay.sample.Sample;

/**
 * The session by SSH and SCP. Only the guest's end closes the channel to the agent that runs the
 * sample: closing it would wait for an agent or a server that the sample has stopped.
 */
final class SshSession implements Session {
  /** A sample of such a size fits every guest. */
  private static final long SMALL = 16L << 20;

  private final Ssh ssh;
  private final long outputBytes;
  private String path = "";
  private @Nullable Command agent;

  /**
   * @param ssh is closed with this session
   * @param outputBytes how much of each stream of the sample is kept
   */
  SshSession(Ssh ssh, long outputBytes) {
    this.ssh = ssh;
    this.outputBytes = outputBytes;
  }

  @Override
  public void deliver(Sample sample, String to) throws IOException {
    if (sample.size() > SMALL) {
      requireRoom(sample, to);
    }
    ssh.copy(sample::open, sample.size(), to);
    path = to;
  }

  @Override
  public void supply(String to, byte[] contents) throws IOException {
    String said = ssh.ask("mkdir -p " + folderOf(to) + " 2>&1");
    if (!said.isEmpty()) {
      throw new IOException("its folder cannot be made: " + said.strip());
    }
    ssh.copy(() -> new ByteArrayInputStream(contents), contents.length, to);
  }

  private static String folderOf(String path) {
    return path.substring(0, path.lastIndexOf('/') + 1);
  }

  /** Refuses what does not fit before it is sent, which would take minutes. */
  private void requireRoom(Sample sample, String to) throws IOException {
    String[] words = ssh.ask("stat -f -c '%a %S' " + folderOf(to)).strip().split(" ", 2);
    long free = Long.parseLong(words[0]) * Long.parseLong(words[1]);
    if (sample.size() > free) {
      throw new IOException(
          "it is too large for a guest: %d bytes, and the guest's disk has %d left"
              .formatted(sample.size(), free));
    }
  }

  @Override
  public Transcript start(byte[] order) throws IOException {
    Command started = ssh.start("exec " + AGENT + " " + path);
    agent = started;
    Transcript transcript = Transcript.ofLinux(started.getInputStream(), outputBytes);
    send(order);
    return transcript;
  }

  @Override
  public void send(byte[] command) throws IOException {
    if (agent == null) {
      throw new IllegalStateException("no sample was started");
    }
    agent.getOutputStream().write(command);
    agent.getOutputStream().flush();
  }

  @Override
  public String silence() {
    return "the guest's SSH session was ended";
  }

  @Override
  public void close() {
    ssh.close();
  }
}
