package org.malassay.environments.machine;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.malassay.environment.Ending;
import org.malassay.environment.EnvironmentException;
import org.malassay.environment.GuestException;
import org.malassay.environment.Probe;
import org.malassay.environments.agent.Transcript;
import org.malassay.environments.host.Timeout;
import org.malassay.environments.qemu.FirstPage;
import org.malassay.environments.qemu.Vm;

/**
 * Where the agent of all clones waits, and how it comes to be there when their template is made: in
 * the system itself, beside the system's own service; or in a place apart within it, such as a
 * container, with a service of its own and the network of the machine.
 */
public final class AgentPlace {
  /** In the system itself. */
  public static final AgentPlace SYSTEM = new AgentPlace(AgentSession.START, Optional.empty());

  private static final Duration PAUSE = Duration.ofMillis(200);

  /** The unit in which what makes the place apart runs, and says what failed. */
  private static final String UNIT = "malassay-place";

  private static final String IN_UNIT = "systemd-run --quiet --unit=" + UNIT + " ";

  /** Also says that it has not, as {@code inactive} when it has done its work. */
  private static final String HAS_FAILED = "systemctl is-failed " + UNIT + ".service";

  /** Between two looks, each of which costs the machine a process. */
  private static final Duration LOOK = Duration.ofSeconds(5);

  /** Its own, not what systemd says of it. */
  private static final String LAST_WORDS =
      "journalctl --quiet --output=cat --lines=3 _SYSTEMD_UNIT=" + UNIT + ".service";

  private final String start;
  private final Optional<String> network;

  private AgentPlace(String start, Optional<String> network) {
    this.start = start;
    this.network = network;
  }

  /**
   * A place apart.
   *
   * @param start the command, in letters that mean nothing to a shell, that makes it in a running
   *     system and starts an agent in it, as the first process beside a service: with two more
   *     arguments, the files that are to be the agent's standard input and output
   * @param network the command that gives it the network of the machine, to which nobody else can
   *     connect any more from then on
   */
  public static AgentPlace apart(String start, String network) {
    return new AgentPlace(
        start + " " + Ports.device(Machine.AGENT_IN) + " " + Ports.device(Machine.AGENT_OUT),
        Optional.of(network));
  }

  /** How much at most is written to the disk of a template while it is made. */
  long diskBytes() {
    return isApart() ? 1L << 30 : 128L << 20;
  }

  private boolean isApart() {
    return network.isPresent();
  }

  /** True when a service answers as soon as the machine has booted. */
  boolean servesWhenBooted() {
    return !isApart();
  }

  /** What a template is made anew for, when it changes. */
  String description() {
    return network.map(then -> start + "\n" + then).orElse(start);
  }

  /** How long it takes to make a template, in words. */
  String howLong() {
    return isApart() ? "takes about four minutes" : "takes about a minute";
  }

  /** Has an agent started, which waits then. */
  void prepare(Ssh ssh, Ports ports) throws GuestException {
    if (!isApart()) {
      AgentSession.prepare(ssh, ports);
      return;
    }
    AgentSession.warmUp(ssh);
    ssh.run(IN_UNIT + start, Timeout.TEMPLATE_STEP);
    try {
      Patience.within(
          ssh.timeouts(),
          Timeout.PLACE_APART.usual(),
          "the agent did not tell of a service that answers",
          () -> AgentSession.toldUntil(ports.input(), AgentPlace::isServed),
          () -> setback(ssh.ask(HAS_FAILED)),
          LOOK);
    } catch (GuestException e) {
      throw new GuestException(e.getMessage() + "; " + lastWords(ssh), e);
    }
  }

  /** Why nobody will tell anything: what was to start the agent has failed. */
  static Optional<String> setback(String state) {
    return state.strip().equals("failed")
        ? Optional.of("what makes its place has failed")
        : Optional.empty();
  }

  private static boolean isServed(Transcript told)
      throws IOException, GuestException, TimeoutException {
    Optional<Ending> ended;
    try {
      ended = told.awaitService(Duration.ZERO);
    } catch (TimeoutException e) {
      return false;
    }
    if (ended.isPresent()) {
      throw new GuestException("its service ended: " + ended.get());
    }
    return true;
  }

  private static String lastWords(Ssh ssh) {
    try {
      return ssh.ask(LAST_WORDS).strip();
    } catch (IOException e) {
      return "it does not say why";
    }
  }

  /**
   * Gives the place the network, if it is one apart; nothing is asked by SSH after that.
   *
   * @param webPort the host's, which leads to the service in the place then
   */
  void takeNetwork(Vm vm, int webPort, Ssh ssh) throws GuestException, EnvironmentException {
    if (network.isEmpty()) {
      return;
    }
    ssh.run(IN_UNIT.replace(UNIT, UNIT + "-network") + network.get(), Timeout.TEMPLATE_STEP);
    Duration question = vm.timeouts().of(Timeout.BOOTING_PAGE);
    Probe page =
        new FirstPage(question, question, PAUSE)
            .await(vm, webPort, vm.timeouts().of(Timeout.PLACE_APART));
    if (!page.available()) {
      throw new EnvironmentException(
          "the service in the machine does not answer from outside: " + page.failure());
    }
    Waker.wake(vm, Timeout.WAKING); // what is given to a place apart, clones find in memory then
  }
}
