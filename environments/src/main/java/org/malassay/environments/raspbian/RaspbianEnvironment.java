package org.malassay.environments.raspbian;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.malassay.environment.Environment;
import org.malassay.environment.Guest;
import org.malassay.environment.GuestException;
import org.malassay.environment.Limits;
import org.malassay.environment.Probe;
import org.malassay.environments.host.Await;
import org.malassay.environments.host.Room;
import org.malassay.environments.host.Timeout;
import org.malassay.environments.host.Timeouts;
import org.malassay.environments.qemu.Vm;
import org.malassay.environments.web.Web;
import org.malassay.sample.Architecture;

/** Wakes or boots a machine for each sample. */
final class RaspbianEnvironment implements Environment {
  private final Machine machine;
  private final Image image;
  private final Optional<Template> template;
  private final Session.Kind session;
  private final Limits limits;
  private final Map<String, String> facts;
  private final Timeouts timeouts;
  private final Set<Vm> running = ConcurrentHashMap.newKeySet();

  /** A guest that starts computes, unlike most that run: more at once would wait for each other. */
  private final Semaphore starting =
      new Semaphore(Runtime.getRuntime().availableProcessors(), /* fair= */ true);

  /**
   * @param template to be cloned; empty when each guest is booted
   * @param session how a clone is spoken to
   */
  RaspbianEnvironment(
      Machine machine,
      Image image,
      Optional<Template> template,
      Session.Kind session,
      Limits limits,
      Map<String, String> facts,
      Timeouts timeouts) {
    this.machine = machine;
    this.image = image;
    this.template = template;
    this.session = session;
    this.limits = limits;
    this.facts = facts;
    this.timeouts = timeouts;
  }

  @Override
  public String name() {
    return RaspbianProvider.NAME;
  }

  /** The kernel is one for 64 bits, and runs programs of 32 bits as well. */
  @Override
  public Set<Architecture> architectures() {
    return Set.of(Architecture.ARM, Architecture.AARCH64);
  }

  @Override
  public Map<String, String> facts() {
    return facts;
  }

  @Override
  public int defaultGuests() {
    return Room.here().guests(machine.memoryMiB());
  }

  /** What guests are cloned from; empty when they are booted. */
  Optional<Template> template() {
    return template;
  }

  @Override
  public Guest start() throws GuestException {
    Await.turn(starting);
    try {
      return startNow();
    } finally {
      starting.release();
    }
  }

  private Guest startNow() throws GuestException {
    Steps steps = new Steps();
    Path folder = Vm.newFolder(limits.time());
    running.removeIf(other -> !other.isAlive());
    int translatedMiB = Room.translatedMiB(running.size() + 1);
    Vm vm = Vm.start(command(translatedMiB), folder, machine.board().channels(), timeouts);
    steps.did("QEMU");
    running.add(vm);
    try {
      Session session = template.isPresent() ? wake(vm, template.get(), steps) : boot(vm);
      steps.did("session");
      return new RaspbianGuest(vm, session, limits, steps);
    } catch (GuestException | RuntimeException e) {
      vm.close();
      throw e;
    }
  }

  private List<String> command(int translatedMiB) {
    return template
        .map(
            it ->
                machine.clone(
                    it.file(Template.DISK),
                    it.file(Template.RAM),
                    it.file(Template.NO_KERNEL),
                    translatedMiB))
        .orElseGet(() -> machine.boot(image, image.file(Image.DISK), false, translatedMiB));
  }

  private Session boot(Vm vm) throws GuestException {
    return new SshSession(Boot.await(vm, machine.board(), image), limits.outputBytes());
  }

  private Session wake(Vm vm, Template from, Steps steps) throws GuestException {
    try {
      String state = "exec:cat " + TemplateStore.quoted(from.file(Template.STATE));
      vm.qmp().migrate("migrate-incoming", state);
      vm.qmp().execute("cont", Map.of());
      steps.did("state");
      Waker.wake(vm, Timeout.CLONE);
      steps.did("awake");
    } catch (GuestException e) {
      throw new GuestException(
          "the template in %s does not go on; if it was damaged, the next run makes it again: %s"
              .formatted(from.folder(), e.getMessage()),
          e);
    }
    Probe probe = Web.ask(vm.port(Machine.HTTP), timeouts.of(Timeout.CLONE));
    if (!probe.available()) {
      throw new GuestException(
          "the web service of the guest does not answer: " + probe + timeouts.remedy());
    }
    steps.did("page");
    return switch (session) {
      case AGENT -> new AgentSession(Ports.ofAgent(vm), limits.outputBytes(), timeouts);
      case SSH ->
          new SshSession(
              Ssh.resume(image, new WaitingSession(Ports.ofSsh(vm)), from.greeting(), timeouts),
              limits.outputBytes());
    };
  }

  @Override
  public void close() {
    running.forEach(Vm::close); // guests that nobody closed
    running.clear();
  }
}
