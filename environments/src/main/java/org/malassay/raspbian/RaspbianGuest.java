package org.malassay.raspbian;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.malassay.environment.Ending;
import org.malassay.environment.Ending.Limit;
import org.malassay.environment.Evidence;
import org.malassay.environment.Execution;
import org.malassay.environment.Guest;
import org.malassay.environment.GuestException;
import org.malassay.environment.Limits;
import org.malassay.environment.Output;
import org.malassay.environment.Probe;
import org.malassay.guest.AgentEvent;
import org.malassay.guest.AgentProtocol;
import org.malassay.guest.Web;
import org.malassay.qemu.TimeLimit;
import org.malassay.qemu.VcpuTime;
import org.malassay.qemu.Vm;
import org.malassay.sample.SafeText;
import org.malassay.sample.Sample;

/** A machine that is up, and the one SSH connection to it. */
final class RaspbianGuest implements Guest {
  /** Where droppers of IoT malware like to put it; on the disk here. */
  private static final String FOLDER = "/tmp/";

  private static final Duration PROBE = Duration.ofMillis(1800);

  /** How long past its limit a sample may keep the agent from telling that it was stopped. */
  private static final Duration GRACE = Duration.ofSeconds(4);

  /** How long QEMU may take to tell that the guest is down once SSH is. */
  private static final Duration NEWS = Duration.ofSeconds(5);

  private final Vm vm;
  private final Ssh ssh;
  private final Limits limits;
  private final int webPort;
  private @Nullable String path;
  private final TimeLimit time;
  private final Steps steps;
  private VcpuTime got = new VcpuTime(Duration.ZERO, Duration.ZERO);

  /**
   * @param steps by which the guest came to be
   */
  RaspbianGuest(Vm vm, Ssh ssh, Limits limits, Steps steps) throws GuestException {
    this.steps = steps;
    this.time = new TimeLimit(limits.time());
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
    try {
      ssh.copy(sample.file(), sample.size(), to);
    } catch (IOException e) {
      throw new GuestException("the sample could not be put into the guest: " + e.getMessage(), e);
    }
    path = to;
  }

  @Override
  public Probe probe() {
    return Web.ask(webPort, PROBE);
  }

  @Override
  public Execution run() throws GuestException {
    if (path == null) {
      throw new IllegalStateException("no sample was delivered");
    }
    try (AgentSession agent = new AgentSession(ssh, path, limits.outputBytes())) {
      // The guest's clock does not know of the host's business: this side keeps the time, and the
      // agent's own limit is there for when this side cannot.
      Duration never = time.most().plus(limits.time());
      agent.send(AgentProtocol.run(never, limits.outputBytes(), limits.diskBytes()));
      return await(agent);
    } catch (IOException e) {
      throw new GuestException("the sample could not be started: " + e.getMessage(), e);
    }
  }

  private Execution await(AgentSession agent) throws GuestException {
    long start = System.nanoTime();
    CompletableFuture<Object> first = CompletableFuture.anyOf(agent.end(), vm.qmp().guestEnd());
    if (!endsInTime(first) && !endsWhenStopped(first, agent)) {
      // Too starved to tell what the limit did: by then the sample had reached it.
      return unobserved(agent, new Ending.Stopped(Limit.TIME), start);
    }
    AgentEvent.@Nullable SampleEnd end =
        agent.end().isCompletedExceptionally() ? null : agent.end().getNow(null);
    if (end == null) {
      return unobserved(agent, new Ending.GuestDown(whatTookItDown()), start);
    }
    return new Execution(
        end.ending(),
        end.duration(),
        Optional.of(end.cpu()),
        agent.stdout(end.stdoutBytes()),
        agent.stderr(end.stderrBytes()),
        end.killedForMemory().orElse(0) > 0,
        end.survivors());
  }

  /** Waits until the sample has had its time; false when it runs on. */
  private boolean endsInTime(CompletableFuture<?> first) throws GuestException {
    List<VcpuTime> before = vm.vcpus();
    long start = System.nanoTime();
    Duration ran = Duration.ZERO;
    boolean ended = false;
    for (Duration left = time.limit();
        !ended && left.compareTo(Duration.ZERO) > 0;
        left = time.left(ran, got.waited())) {
      if (time.isHopeless(ran)) {
        throw new GuestException(
            "the host is too busy: of %d s it gave the guest's processor less than its share, and"
                    .formatted(ran.toSeconds())
                + " the sample had not had its %d s yet; give fewer -Dguests"
                    .formatted(time.limit().toSeconds()));
      }
      ended = ends(first, left);
      ran = Duration.ofNanos(System.nanoTime() - start);
      got = VcpuTime.between(before, vm.vcpus());
    }
    return ended;
  }

  private static boolean endsWhenStopped(CompletableFuture<?> first, AgentSession agent)
      throws GuestException {
    try {
      agent.send(AgentProtocol.stop(Limit.TIME));
    } catch (IOException e) {
      // the session is gone, as its end will tell
    }
    return ends(first, GRACE);
  }

  /** Waits for an end of any kind. */
  private static boolean ends(CompletableFuture<?> first, Duration within) throws GuestException {
    try {
      first.get(within.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      // the session or QEMU is gone: told by whoever asks for its end
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GuestException("interrupted", e);
    }
    return true;
  }

  /** The conversation ended under the sample: who is to blame, it or the tool? */
  private String whatTookItDown() throws GuestException {
    try {
      String reason = vm.qmp().guestEnd().get(NEWS.toMillis(), TimeUnit.MILLISECONDS);
      return switch (reason) {
        case "guest-shutdown" -> "the guest was switched off";
        case "guest-panic" -> "the guest's kernel panicked";
        case "guest-reset" ->
            vm.console().contains("Kernel panic")
                ? "the guest's kernel panicked"
                : "the guest was rebooted";
        default -> "the guest went down: " + reason;
      };
    } catch (TimeoutException e) {
      return "the guest's SSH session was ended";
    } catch (ExecutionException e) {
      throw new GuestException(
          "QEMU ended by itself while the sample ran, without a word of the guest's end", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GuestException("interrupted", e);
    }
  }

  private static Execution unobserved(AgentSession agent, Ending ending, long start) {
    Output stdout = agent.stdout(0);
    Output stderr = agent.stderr(0);
    Duration duration = Duration.ofNanos(System.nanoTime() - start);
    return new Execution(ending, duration, Optional.empty(), stdout, stderr, false, 0);
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
              .formatted(got.ran().toMillis(), got.waited().toMillis(), steps)
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
