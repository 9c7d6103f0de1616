package org.malassay.raspbian;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.malassay.environment.Environment;
import org.malassay.environment.Guest;
import org.malassay.environment.GuestException;
import org.malassay.environment.Limits;
import org.malassay.environment.Probe;
import org.malassay.guest.Web;
import org.malassay.qemu.Room;
import org.malassay.qemu.Vm;
import org.malassay.sample.Architecture;

/** Wakes or boots a machine for each sample. */
final class RaspbianEnvironment implements Environment {
  private static final Duration WAKING = Duration.ofSeconds(90);
  private static final Duration PROBE = Duration.ofSeconds(90);

  private final Machine machine;
  private final Image image;
  private final Optional<Template> template;
  private final Limits limits;
  private final Map<String, String> facts;
  private final Set<Vm> running = ConcurrentHashMap.newKeySet();

  /**
   * @param template to be cloned; empty when each guest is booted
   */
  RaspbianEnvironment(
      Machine machine,
      Image image,
      Optional<Template> template,
      Limits limits,
      Map<String, String> facts) {
    this.machine = machine;
    this.image = image;
    this.template = template;
    this.limits = limits;
    this.facts = facts;
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
    Steps steps = new Steps();
    Path folder = Vm.newFolder(limits.time());
    running.removeIf(other -> !other.isAlive());
    int translatedMiB = Room.translatedMiB(running.size() + 1);
    Vm vm = Vm.start(command(translatedMiB), folder, machine.board().channels());
    steps.did("QEMU");
    running.add(vm);
    try {
      Ssh ssh = template.isPresent() ? wake(vm, template.get(), steps) : boot(vm);
      steps.did("SSH");
      return new RaspbianGuest(vm, ssh, limits, steps);
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

  private Ssh boot(Vm vm) throws GuestException {
    return Boot.await(vm, machine.board(), image);
  }

  private Ssh wake(Vm vm, Template from, Steps steps) throws GuestException {
    try {
      String state = "exec:cat " + TemplateStore.quoted(from.file(Template.STATE));
      vm.qmp().migrate("migrate-incoming", state);
      vm.qmp().execute("cont", Map.of());
      steps.did("state");
      Waker.wake(vm, WAKING);
      steps.did("awake");
    } catch (GuestException e) {
      throw new GuestException(
          "the template in %s does not go on; if it was damaged, the next run makes it again: %s"
              .formatted(from.folder(), e.getMessage()),
          e);
    }
    Probe probe = Web.ask(vm.port(Machine.HTTP), PROBE);
    if (!probe.available()) {
      throw new GuestException("the web service of the guest does not answer: " + probe);
    }
    steps.did("page");
    return Ssh.resume(image, WaitingSession.of(vm), from.greeting());
  }

  @Override
  public void close() {
    running.forEach(Vm::close); // guests that nobody closed
    running.clear();
  }
}
