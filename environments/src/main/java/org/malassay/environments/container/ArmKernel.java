package org.malassay.environments.container;

import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.environment.Environment;
import org.malassay.environment.EnvironmentException;
import org.malassay.environment.GuestException;
import org.malassay.environment.Limits;
import org.malassay.environment.Opening;
import org.malassay.environment.Variant;
import org.malassay.environments.host.Cache;
import org.malassay.environments.host.Timeouts;
import org.malassay.environments.host.Tools;
import org.malassay.environments.internet.InternetChoice;
import org.malassay.environments.internet.MachineInternet;
import org.malassay.environments.libraries.LibraryChoice;
import org.malassay.environments.libraries.LibrarySupply;
import org.malassay.environments.machine.AgentPlace;
import org.malassay.environments.machine.Board;
import org.malassay.environments.machine.GuestLibraries;
import org.malassay.environments.machine.GuestRecorder;
import org.malassay.environments.machine.GuestStarter;
import org.malassay.environments.machine.Image;
import org.malassay.environments.machine.Machine;
import org.malassay.environments.machine.MachineEnvironment;
import org.malassay.environments.machine.Session;
import org.malassay.environments.machine.Template;
import org.malassay.environments.machine.TemplateStore;
import org.malassay.environments.machine.Virt;
import org.malassay.environments.qemu.Qemu;
import org.malassay.environments.tracing.Recorder;
import org.malassay.environments.tracing.RecorderOptions;
import org.malassay.options.Options;
import org.malassay.sample.LoginSession.Protocol;

/**
 * Opens the environment whose containers have a kernel of Linux/ARM. Each guest is a clone of a
 * machine in which a Docker engine has made and started one container, whose agent waits: so the
 * engine's own limits, capabilities and seccomp profile hold, and a fresh guest costs no engine's
 * time.
 */
final class ArmKernel {
  private static final Board BOARD = new Virt();
  private static final long MIB = 1L << 20;

  /** What the system and the engine need beside the container. */
  private static final int SYSTEM_MIB = 320;

  /** The machine's processors. */
  private static final double PROCESSORS = 1;

  private static final double LEAST_PROCESSORS = 1e-9;

  /** Scripts of the folder {@code environments/container/machine}. */
  private static final String START = "/usr/local/sbin/malassay-container %d %d %s %d %d %s";

  private static final String NETWORK = "/usr/local/sbin/malassay-network";

  /** The container's root as the machine has it. */
  private static final String ROOT = "/run/malassay-root/";

  private static final String REMEDY =
      "another folder by -D%s=FOLDER, or %s"
          .formatted(ContainerProvider.CACHE.name(), Kernel.HOST.asGiven());

  private ArmKernel() {}

  static Environment open(Opening opening) throws EnvironmentException {
    Options options = opening.options();
    Limits limits = opening.limits();
    Timeouts timeouts = Timeouts.of(options);
    refuse(options);
    LibraryChoice libraries = LibraryChoice.of(options);
    libraries.require(MachineEnvironment.ARCHITECTURES);
    Cache cache = Cache.in(options.find(ContainerProvider.CACHE), ContainerProvider.NAME);
    Optional<String> name = options.find(ContainerProvider.IMAGE);
    Optional<UsersImage> users =
        name.isPresent() ? Optional.of(UsersImage.find(name.get(), timeouts)) : Optional.empty();
    MachineImages images = new MachineImages(cache, users);
    List<String> missing = new ArrayList<>(Machine.missingPrograms());
    missing.addAll(images.missing());
    Tools.require(ContainerProvider.NAME, missing);
    Machine.sweep();
    Qemu qemu = Qemu.find(Machine.QEMU);
    Image image = images.get(timeouts);
    InternetChoice<MachineInternet> internet =
        InternetChoice.of(
            options, "on this machine", () -> MachineInternet.open(opening, timeouts));
    Machine machine = machine(qemu, limits, options, internet.internet());
    Optional<Protocol> login = ContainerProvider.login(opening, name);
    boolean isRecorded = Recorder.isNeededFor(opening.recorded());
    GuestRecorder recorder = isRecorded ? GuestRecorder.compiled() : GuestRecorder.NONE;
    Template template =
        new TemplateStore(
                cache,
                machine,
                recorder,
                AgentPlace.apart(
                    start(limits, options.get(ContainerProvider.PORT), login), NETWORK),
                List.of(),
                timeouts,
                ContainerProvider.NAME,
                REMEDY)
            .get(image);
    Map<String, String> facts = facts(machine, image, users, template, limits);
    facts.put("network", internet.fact("a card that leads nowhere"));
    if (opening.logins()) {
      facts.put("logins", login.isPresent() ? ContainerProvider.HELD : ContainerProvider.NO_LOGIN);
    }
    GuestStarter guests =
        new GuestStarter(
            machine,
            image,
            Optional.of(template),
            List.of(),
            Session.Kind.AGENT,
            limits,
            opening.recorded().contains(Facet.NETWORK),
            timeouts);
    Optional<FacetState> recording =
        isRecorded ? Optional.of(guests.recording(recorder)) : Optional.empty();
    GuestRecorder.require(options, ContainerProvider.NAME, recording);
    try {
      Optional<LibrarySupply> supply =
          libraries.open(
              MachineEnvironment.ARCHITECTURES,
              timeouts,
              () -> GuestLibraries.read(cache, image, guests, ROOT));
      supply.ifPresent(it -> facts.put("libraries", it.fact()));
      return new MachineEnvironment(
          ContainerProvider.NAME,
          machine,
          Optional.of(template),
          guests,
          facts,
          recording,
          internet,
          supply);
    } catch (GuestException e) {
      throw new EnvironmentException(
          "-Dlibraries=supply: what guests have cannot be read: " + e.getMessage(), e);
    }
  }

  /** What only a container on the engine's own kernel has. */
  static void refuse(Options options) {
    RecorderOptions.require(
        options,
        ContainerProvider.NAME,
        List.of(RecorderOptions.Kind.EBPF),
        "records by eBPF on an ARM kernel, and has no qemu-user there, with "
            + options.get(ContainerProvider.KERNEL).asGiven(),
        Kernel.HOST.asGiven());
  }

  /** Its way in leads to the port that the service of the container's image listens on. */
  static Machine machine(
      Qemu qemu, Limits limits, Options options, Optional<MachineInternet> internet) {
    return new Machine(
        qemu, BOARD, memoryMiB(limits), options.get(ContainerProvider.PORT), internet);
  }

  private static int memoryMiB(Limits limits) {
    return (int) Math.min(limits.memoryBytes() / MIB + SYSTEM_MIB, Integer.MAX_VALUE);
  }

  /** The command that has the engine make and start the container. */
  static String start(Limits limits, int port, Optional<Protocol> login) {
    return START.formatted(
        limits.memoryBytes(),
        limits.processes(),
        share(Math.min(limits.cpus(), PROCESSORS)),
        limits.diskBytes(),
        port,
        login.map(Protocol::word).orElse("none"));
  }

  /** As the engine takes it, down to its billionths: 0.00 would be no limit to it. */
  private static String share(double processors) {
    return new DecimalFormat("0.00#######", DecimalFormatSymbols.getInstance(Locale.ROOT))
        .format(Math.max(processors, LEAST_PROCESSORS));
  }

  private static Map<String, String> facts(
      Machine machine, Image image, Optional<UsersImage> users, Template template, Limits limits)
      throws EnvironmentException {
    String execution =
        "%s %s (TCG), kernel %s"
            .formatted(machine.qemu().program(), machine.qemu().version(), image.kernelVersion());
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("engine", "Docker and crun of Debian, in each guest's own machine");
    facts.put(Variant.FACT, Kernel.ARM.variant(/* isEmulated= */ false).fact());
    facts.put("kernel", image.kernelVersion() + " (aarch64), of a machine a guest");
    facts.put(
        "machine",
        "%s, cortex-a53, %d MiB of memory"
            .formatted(machine.board().qemuName(), machine.memoryMiB()));
    facts.put("storage driver", "overlay2");
    facts.put("cgroup version", "2");
    facts.put("security", "the engine's default seccomp profile and capabilities");
    users.ifPresent(it -> facts.put("container's image", it.name() + " " + it.id()));
    facts.put("image", image.digest());
    facts.put("recipe", MachineImages.RECIPE.digest());
    facts.put("debian", image.debian());
    facts.put("template", template.digest());
    facts.put("arm code", execution);
    facts.put("aarch64 code", execution);
    facts.put(
        "limits",
        "%d bytes of memory, %d processes, %s processors, %d bytes of disk"
            .formatted(
                limits.memoryBytes(),
                limits.processes(),
                Math.min(limits.cpus(), PROCESSORS),
                limits.diskBytes()));
    return facts;
  }
}
