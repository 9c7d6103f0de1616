package org.malassay.raspbian;

import java.io.IOException;
import net.schmizz.sshj.connection.channel.direct.Session;
import org.malassay.guest.Transcript;

/**
 * The conversation with the agent that runs the sample, over a channel of SSH. Nobody closes it but
 * the guest's end: an agent or a server that a sample has stopped would have whoever does wait.
 */
final class AgentSession {
  private static final String AGENT = "exec /usr/local/sbin/malassay-agent ";

  private final Session.Command channel;
  private final Transcript transcript;

  /**
   * Starts the agent.
   *
   * @param path of the sample, in letters that mean nothing to a shell
   * @param outputBytes how much of each stream is kept, whatever the agent lets through
   */
  AgentSession(Ssh ssh, String path, long outputBytes) throws IOException {
    this.channel = ssh.start(AGENT + path);
    this.transcript = Transcript.ofLinux(channel.getInputStream(), outputBytes);
  }

  void send(byte[] command) throws IOException {
    channel.getOutputStream().write(command);
    channel.getOutputStream().flush();
  }

  /** What the agent tells. */
  Transcript transcript() {
    return transcript;
  }
}
