package org.malassay.environments.machine;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import net.schmizz.sshj.connection.channel.direct.Session.Command;
import org.malassay.environment.GuestException;
import org.malassay.environment.Limits;
import org.malassay.environments.agent.AgentEvent;
import org.malassay.environments.agent.AgentProtocol;
import org.malassay.environments.agent.Commands;
import org.malassay.environments.agent.Transcript;
import org.malassay.environments.host.Timeout;
import org.malassay.environments.host.Timeouts;
import org.malassay.sample.Sample;

/**
 * The session with an agent that waits in a template, so that its clones start nothing but the
 * sample. What makes a fresh guest slow is code that QEMU has to translate, that of sshd, scp and a
 * shell most of all.
 */
final class AgentSession implements Session {
  private static final String WAIT = AGENT + " --wait";

  /** What a sample finds in its environment after a login of root's by SSH. */
  private static final String LIKE_A_LOGIN =
      " -E HOME=/root -E USER=root -E LOGNAME=root -E SHELL=/bin/bash"
          + " -E PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  /**
   * The agent is a unit of its own, as sshd's session is: it goes on when the kernel kills its
   * sample for want of memory.
   */
  static final String START =
      "systemd-run --quiet --unit=malassay-agent -p OOMPolicy=continue -p KillMode=process"
          + LIKE_A_LOGIN
          + " sh -c 'exec "
          + WAIT
          + Ports.AGENT
          + "'";

  private static final String WARM_UP = "/tmp/malassay-warm-up";
  private static final byte[] SCRIPT = {'#', '!', '/', 'b', 'i', 'n', '/', 's', 'h', '\n'};

  private final Ports ports;
  private final Transcript transcript;
  private final Timeouts timeouts;

  /**
   * Goes on with the agent that waits in a clone.
   *
   * @param outputBytes how much of each stream of the sample is kept
   */
  AgentSession(Ports ports, long outputBytes, Timeouts timeouts) {
    this.ports = ports;
    this.timeouts = timeouts;
    this.transcript = Transcript.ofLinux(ports.input(), outputBytes);
  }

  /** Has the guest start an agent, which then waits. */
  static void prepare(Ssh ssh, Ports ports) throws GuestException {
    warmUp(ssh);
    ssh.run(START, Timeout.TEMPLATE_STEP);
    Patience.within(
        ssh.timeouts(),
        Timeout.TEMPLATE_STEP.usual(),
        "the agent did not say hello on its serial port",
        () -> toldUntil(ports.input(), Transcript::isBegun));
  }

  /** Another agent does the whole way once: what it needs is in memory then. */
  static void warmUp(Ssh ssh) throws GuestException {
    Duration most = ssh.timeouts().of(Timeout.TEMPLATE_STEP);
    Limits limits = new Limits(most, 1 << 10, 1 << 20, 1, 1, 1 << 20);
    Patience.within(
        ssh.timeouts(),
        Timeout.TEMPLATE_STEP.usual(),
        "an agent did not run a sample",
        () -> {
          try (Command agent = ssh.start(WAIT)) {
            Transcript told = Transcript.ofLinux(agent.getInputStream(), 1 << 10);
            Commands commands = agent.getOutputStream()::write;
            commands.sendFile(WARM_UP, SCRIPT.length, new ByteArrayInputStream(SCRIPT), told);
            commands.send(AgentProtocol.run(limits, false, List.of()));
            agent.getOutputStream().flush();
            return told.awaitEnd(most);
          }
        });
    ssh.run("rm " + WARM_UP, Timeout.TEMPLATE_STEP);
  }

  /** Looks for something in what an agent has told. */
  @FunctionalInterface
  interface Look {
    boolean at(Transcript told) throws IOException, GuestException, TimeoutException;
  }

  /** Its first events, until something is told; what comes after that is left to the clones. */
  static AgentEvent.Hello toldUntil(InputStream in, Look look)
      throws IOException, GuestException, TimeoutException {
    Transcript told = Transcript.ofLinux(0);
    while (!look.at(told)) {
      byte[] next = in.readNBytes(1);
      if (next.length == 0) {
        throw new IOException("the port was closed");
      }
      told.take(next);
    }
    return told.awaitHello(Duration.ZERO);
  }

  @Override
  public void deliver(Sample sample, String path)
      throws IOException, GuestException, TimeoutException {
    try (InputStream in = sample.open()) {
      put(path, sample.size(), in);
    }
  }

  @Override
  public void supply(String path, byte[] contents)
      throws IOException, GuestException, TimeoutException {
    put(path, contents.length, new ByteArrayInputStream(contents));
  }

  private void put(String path, long size, InputStream in)
      throws IOException, GuestException, TimeoutException {
    sendFile(path, size, in, transcript);
    transcript.awaitDelivery(timeouts.of(Timeout.DELIVERY));
  }

  @Override
  public Transcript start(byte[] order) throws IOException {
    transcript.starts();
    send(order);
    return transcript;
  }

  @Override
  public void send(byte[] command) throws IOException {
    ports.say(ByteBuffer.wrap(command));
  }

  @Override
  public String silence() {
    return "the guest's agent was ended";
  }

  @Override
  public void close() {
    // its ports go with the machine
  }
}
