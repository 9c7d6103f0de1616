package org.malassay.raspbian;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.malassay.environment.Ending.Limit;
import org.malassay.environment.Evidence;
import org.malassay.environment.Execution;
import org.malassay.environment.Guest;
import org.malassay.environment.GuestException;
import org.malassay.environment.Limits;
import org.malassay.environment.Probe;
import org.malassay.guest.AgentProtocol;
import org.malassay.guest.Web;
import org.malassay.qemu.SampleWatch;
import org.malassay.qemu.Vm;
import org.malassay.sample.SafeText;
import org.malassay.sample.Sample;

/** A machine that is up, and the one SSH connection to it. */
final class RaspbianGuest implements Guest {
  /** Where droppers of IoT malware like to put it; on the disk here. */
  private static final String FOLDER = "/tmp/";

  private static final Duration DELIVERY = Duration.ofMinutes(1);

  /** What SCP takes in at least, on a host with much else to do. */
  private static final long BYTES_A_SECOND = 128 << 10;

  /** A sample of such a size fits every guest. */
  private static final long SMALL = 16L << 20;

  private static final Duration PROBE = Duration.ofMillis(1800);

  private static final String SILENCE = "the guest's SSH session was ended";

  private final Vm vm;
  private final Ssh ssh;
  private final Limits limits;
  private final int webPort;
  private @Nullable String path;
  private final Steps steps;
  private final SampleWatch watch;

  /**
   * @param steps by which the guest came to be
   */
  RaspbianGuest(Vm vm, Ssh ssh, Limits limits, Steps steps) throws GuestException {
    this.steps = steps;
    this.watch = new SampleWatch(vm, limits.time(), SILENCE);
    this.vm = vm;
    this.ssh = ssh;
    this.limits = limits;
    this.webPort = vm.port(Machine.HTTP);
  }

  /** The port of the host's loopback that leads to the web service. */
  int webPort() {
    return webPort;
  }

  @Override
  public void deliver(Sample sample) throws GuestException {
    String to = FOLDER + SafeText.fileName(sample.name());
    path =
        Patience.within(
            most(sample),
            "the sample could not be put into the guest",
            () -> {
              requireRoom(sample);
              ssh.copy(sample, to);
              return to;
            });
  }

  /** What does not fit is said to be too large, and not sent for minutes first. */
  private void requireRoom(Sample sample) throws IOException {
    if (sample.size() > SMALL) {
      String[] words = ssh.ask("stat -f -c '%a %S' " + FOLDER).strip().split(" ", 2);
      long free = Long.parseLong(words[0]) * Long.parseLong(words[1]);
      if (sample.size() > free) {
        throw new IOException(
            "it is too large for a guest: %d bytes, and the guest's disk has %d left"
                .formatted(sample.size(), free));
      }
    }
  }

  /** How long a delivery may take, whatever else the host does. */
  private static Duration most(Sample sample) {
    return DELIVERY.plusSeconds(sample.size() / BYTES_A_SECOND);
  }

  @Override
  public Probe probe() {
    return Web.ask(webPort, PROBE);
  }

  @Override
  public Execution run(List<String> arguments) throws GuestException {
    if (path == null) {
      throw new IllegalStateException("no sample was delivered");
    }
    try {
      AgentSession agent = new AgentSession(ssh, path, limits.outputBytes());
      agent.send(AgentProtocol.run(watch.forTheAgent(limits), arguments));
      return watch.await(agent.transcript(), () -> agent.send(AgentProtocol.stop(Limit.TIME)));
    } catch (IOException e) {
      throw new GuestException("the sample could not be started: " + e.getMessage(), e);
    }
  }

  @Override
  public void collect(Evidence evidence) throws GuestException {
    try {
      evidence.write("console.log", vm.console().getBytes(UTF_8));
      evidence.write(
          "host.txt",
          """
          processor time that the guest got while the sample ran: %d ms
          time that it waited for a processor of the host, not counted against the limit: %d ms
          the guest was ready after: %s
          """
              .formatted(watch.got().ran().toMillis(), watch.got().waited().toMillis(), steps)
              .getBytes(UTF_8));
    } catch (IOException e) {
      throw new GuestException(
          "the evidence cannot be written to %s: %s".formatted(evidence.folder(), e), e);
    }
  }

  @Override
  public void close() {
    vm.close(); // first: a guest that is gone has nothing to say on SSH
    ssh.close();
  }
}
