package org.malassay.environments.machine;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import net.schmizz.sshj.connection.channel.direct.Session.Command;
import org.jspecify.annotations.Nullable;
import org.malassay.behavior.FacetState;
import org.malassay.environment.EnvironmentException;
import org.malassay.environment.GuestException;
import org.malassay.environment.Limits;
import org.malassay.environment.Probe;
import org.malassay.environments.host.Capacity;
import org.malassay.environments.host.StartTurns;
import org.malassay.environments.host.Timeout;
import org.malassay.environments.host.Timeouts;
import org.malassay.environments.qemu.Vm;
import org.malassay.environments.tracing.Recorder;
import org.malassay.environments.web.HttpProbe;

/**
 * Starts guests: wakes clones of a template, or boots machines. As many start at once as there are
 * processors. Safe for use by several threads.
 */
public final class GuestStarter implements AutoCloseable {
  /** Hundreds of megabytes are told in minutes. */
  private static final Duration ASKED = Duration.ofMinutes(15);

  private static final int PIECE = 1 << 16;

  private final Machine machine;
  private final Image image;
  private final Optional<Template> template;
  private final List<Addition> additions;
  private final Session.Kind session;
  private final Limits limits;
  private final boolean isNetworkRecorded;
  private final Timeouts timeouts;
  private final Set<Vm> running = ConcurrentHashMap.newKeySet();
  private volatile boolean distrusted;
  private final StartTurns turns = new StartTurns(Capacity.here().processors());

  /**
   * @param template to be cloned; empty when each guest is booted
   * @param additions that the template has
   * @param session how a clone is spoken to
   * @param isNetworkRecorded when what samples say in their network is to be told
   */
  public GuestStarter(
      Machine machine,
      Image image,
      Optional<Template> template,
      List<Addition> additions,
      Session.Kind session,
      Limits limits,
      boolean isNetworkRecorded,
      Timeouts timeouts) {
    this.machine = machine;
    this.image = image;
    this.template = template;
    this.additions = List.copyOf(additions);
    this.session = session;
    this.limits = limits;
    this.isNetworkRecorded = isNetworkRecorded;
    this.timeouts = timeouts;
  }

  /** A new guest, whose web service answers. */
  public MachineGuest start() throws GuestException {
    return turns.take(this::startNow);
  }

  private MachineGuest startNow(Duration waited) throws GuestException {
    Stopwatch stopwatch = new Stopwatch();
    Vm vm = startMachine();
    stopwatch.lap("QEMU");
    try {
      Session opened = template.isPresent() ? open(vm, template.get(), stopwatch) : boot(vm);
      stopwatch.lap("session");
      Optional<Recorder> recorder =
          template.isPresent() && !distrusted
              ? GuestRecorder.of(vm, template.get())
              : Optional.empty();
      return new MachineGuest(
          vm,
          machine.webPort(vm),
          opened,
          limits,
          waited,
          stopwatch,
          recorder,
          isNetworkRecorded,
          additions);
    } catch (GuestException | RuntimeException e) {
      vm.close();
      throw e;
    }
  }

  private Vm startMachine() throws GuestException {
    Path folder = Vm.newFolder(limits.time());
    running.removeIf(other -> !other.isAlive());
    int translatedMiB = Capacity.translatedMiB(running.size() + 1);
    Vm vm = machine.start(command(translatedMiB), folder, timeouts);
    running.add(vm);
    return vm;
  }

  /**
   * Checks the recorder in a clone, which is as that of all others.
   *
   * @param from what they are cloned from, with a recorder
   * @return why it is not to be believed; then nothing is recorded
   */
  private Optional<String> checkRecorder(Template from) {
    Optional<String> failure;
    try (Vm vm = startMachine()) {
      wake(vm, from, new Stopwatch());
      failure = GuestRecorder.check(vm, from);
    } catch (GuestException e) {
      failure = Optional.of("could not be checked: " + e.getMessage());
    }
    distrusted = failure.isPresent();
    return failure;
  }

  /**
   * Whether the recorder is there, and sees in a clone what it must; if not, nothing is recorded.
   *
   * @param recorder that the template was made with
   */
  public FacetState recording(GuestRecorder recorder) throws EnvironmentException {
    return recorder
        .missing(template)
        .or(() -> template.flatMap(this::checkRecorder).map(why -> "the recorder " + why))
        .map(FacetState::missing)
        .orElse(FacetState.OBSERVED);
  }

  /**
   * Has the additions of the template tell in a clone whether they are what they are for.
   *
   * @throws EnvironmentException if one is not; the message says why
   */
  public void checkAdditions() throws EnvironmentException {
    if (additions.isEmpty()) {
      return;
    }
    try (Vm vm = startMachine();
        Ssh ssh = ssh(vm)) {
      for (Addition addition : additions) {
        Optional<String> failure = addition.check(vm, ssh);
        if (failure.isPresent()) {
          throw new EnvironmentException(failure.get());
        }
      }
    } catch (GuestException e) {
      throw new EnvironmentException(
          "what guests were to have beside their agent could not be checked: " + e.getMessage(), e);
    }
  }

  /**
   * What a command says in a guest as it is before any sample.
   *
   * @param most bytes that it may say
   * @param to takes its standard output
   * @throws GuestException if it does not come to its end in time, with status 0
   */
  public void ask(String command, long most, OutputStream to) throws GuestException {
    try (Vm vm = startMachine();
        Ssh ssh = ssh(vm)) {
      var unused =
          Patience.within(
              timeouts,
              ASKED,
              "the guest did not say all that it was asked",
              () -> {
                ask(ssh, command, most, to);
                return true;
              });
    }
  }

  private void ask(Ssh ssh, String command, long most, OutputStream to)
      throws IOException, GuestException {
    try (Command running = ssh.start(command)) {
      copy(running.getInputStream(), most, to);
      running.join(timeouts.of(Timeout.SSH).toMillis(), TimeUnit.MILLISECONDS);
      @Nullable Integer status = running.getExitStatus();
      if (status == null || status != 0) {
        throw new GuestException("a command in the guest ended with status " + status);
      }
    }
  }

  /** Copies no more than is allowed, and fails where there is more. */
  static void copy(InputStream from, long most, OutputStream to) throws IOException {
    long left = most;
    for (byte[] piece = from.readNBytes(PIECE); piece.length > 0; piece = from.readNBytes(PIECE)) {
      left -= piece.length;
      if (left < 0) {
        throw new IOException("there is more than %d bytes".formatted(most));
      }
      to.write(piece);
    }
  }

  private Ssh ssh(Vm vm) throws GuestException {
    if (template.isEmpty()) {
      return Boot.await(vm, machine, image, true);
    }
    wake(vm, template.get(), new Stopwatch());
    return resume(vm, template.get());
  }

  private Ssh resume(Vm vm, Template from) throws GuestException {
    return Ssh.resume(
        image, new WaitingSession(Ports.ofSsh(vm)), from.read(Template.GREETING), timeouts);
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
    return new SshSession(Boot.await(vm, machine, image, true), limits.outputBytes());
  }

  private void wake(Vm vm, Template from, Stopwatch stopwatch) throws GuestException {
    try {
      String state = "exec:cat " + TemplateStore.quoted(from.file(Template.STATE));
      // A clone tells nobody where it is now: who would hear it is as new as it is.
      vm.qmp().execute("migrate-set-parameters", Map.of("announce-rounds", 0));
      vm.qmp().migrate("migrate-incoming", state);
      vm.qmp().execute("cont", Map.of());
      stopwatch.lap("state");
      Waker.wake(vm, Timeout.CLONE);
      stopwatch.lap("awake");
    } catch (GuestException e) {
      throw new GuestException(
          "the template in %s does not go on; if it was damaged, the next run makes it again: %s"
              .formatted(from.folder(), e.getMessage()),
          e);
    }
  }

  private Session open(Vm vm, Template from, Stopwatch stopwatch) throws GuestException {
    wake(vm, from, stopwatch);
    Probe probe = HttpProbe.ask(machine.webPort(vm), timeouts.of(Timeout.CLONE));
    if (!probe.available()) {
      throw new GuestException(
          "the web service of the guest does not answer: " + probe + timeouts.remedy());
    }
    stopwatch.lap("page");
    return switch (session) {
      case AGENT -> new AgentSession(Ports.ofAgent(vm), limits.outputBytes(), timeouts);
      case SSH -> new SshSession(resume(vm, from), limits.outputBytes());
    };
  }

  /** Ends the guests that nobody closed. */
  @Override
  public void close() {
    running.forEach(Vm::close);
    running.clear();
  }
}
