package org.malassay.environments.unikernel;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.malassay.environment.Environment;
import org.malassay.environment.Guest;
import org.malassay.environment.GuestException;
import org.malassay.environment.Limits;
import org.malassay.environment.Piece;
import org.malassay.environment.Probe;
import org.malassay.environments.host.Await;
import org.malassay.environments.host.LastWords;
import org.malassay.environments.host.Timeout;
import org.malassay.environments.host.Timeouts;
import org.malassay.environments.qemu.Vm;
import org.malassay.environments.web.HttpProbe;
import org.malassay.sample.Architecture;

/** Boots a machine for each sample; its QEMU is there before it is asked for. */
final class UnikernelEnvironment implements Environment {
  /**
   * How long a question waits for its answer. QEMU takes a connection before the guest is up, and
   * hands it over as soon as the guest asks for packets: so the first question is the one that is
   * answered, without delay. The next ones are for a guest that lost it, and wait longer each, for
   * a host that is busy.
   */
  private static final Duration FIRST_QUESTION = Duration.ofMillis(250);

  private static final Duration LAST_QUESTION = Duration.ofSeconds(4);

  /** Between questions that the guest refuses at once. */
  private static final Duration PAUSE = Duration.ofMillis(5);

  private final Kernel kernel;
  private final Limits limits;
  private final Map<String, String> facts;
  private final Set<Vm> running = ConcurrentHashMap.newKeySet();
  private final Spare spare;

  UnikernelEnvironment(
      Kernel kernel,
      UnikernelMachine machine,
      Limits limits,
      Map<String, String> facts,
      Timeouts timeouts) {
    this.kernel = kernel;
    this.limits = limits;
    this.facts = facts;
    this.spare = new Spare(() -> machine.startPaused(limits.time(), timeouts));
  }

  @Override
  public String name() {
    return kernel.environment();
  }

  @Override
  public Set<Architecture> architectures() {
    return Set.of(Architecture.ARM);
  }

  @Override
  public Map<String, String> facts() {
    return facts;
  }

  /** A guest has one processor, and little is done beside it. */
  @Override
  public int defaultGuests() {
    return Runtime.getRuntime().availableProcessors();
  }

  @Override
  public Guest start() throws GuestException {
    Vm vm = spare.take();
    running.removeIf(other -> !other.isAlive());
    running.add(vm);
    try {
      int port = vm.port(UnikernelMachine.HTTP);
      vm.qmp().execute("cont", Map.of());
      awaitPage(vm, port);
      return new UnikernelGuest(vm, port, limits, spare::prepare);
    } catch (GuestException | RuntimeException e) {
      vm.close();
      throw e;
    }
  }

  private static void awaitPage(Vm vm, int port) throws GuestException {
    long deadline = System.nanoTime() + vm.timeouts().of(Timeout.UNIKERNEL_BOOT).toNanos();
    Duration patience = FIRST_QUESTION;
    for (Probe probe = HttpProbe.ask(port, patience);
        !probe.available();
        probe = HttpProbe.ask(port, patience)) {
      if (!vm.isAlive() || System.nanoTime() > deadline) {
        throw new LastWords(Piece.CONSOLE, vm.console())
            .failure(
                "the unikernel does not answer (%s)%s"
                    .formatted(
                        probe.failure().orElse("not with 200"),
                        vm.isAlive() ? vm.timeouts().over(Timeout.UNIKERNEL_BOOT) : ""));
      }
      if (probe.latency().compareTo(patience) < 0) {
        Await.pause(PAUSE);
      } else if (patience.compareTo(LAST_QUESTION) < 0) {
        patience = patience.multipliedBy(2);
      }
    }
  }

  @Override
  public void close() {
    running.forEach(Vm::close); // guests that nobody closed
    running.clear();
    spare.close();
  }
}
