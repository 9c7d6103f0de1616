package org.malassay.environments.container;

import com.github.dockerjava.api.model.Info;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.malassay.behavior.Facet;
import org.malassay.elf.Architecture;
import org.malassay.environment.Defence;
import org.malassay.environment.Ending;
import org.malassay.environment.Environment;
import org.malassay.environment.EnvironmentException;
import org.malassay.environment.EnvironmentProvider;
import org.malassay.environment.GuestException;
import org.malassay.environment.Limits;
import org.malassay.environment.Opening;
import org.malassay.environment.Variant;
import org.malassay.environments.agent.AgentEvent;
import org.malassay.environments.defence.DefencePrograms;
import org.malassay.environments.host.Timeouts;
import org.malassay.environments.internet.InternetChoice;
import org.malassay.environments.libraries.LibraryChoice;
import org.malassay.environments.libraries.LibraryOptions;
import org.malassay.environments.libraries.LibrarySupply;
import org.malassay.environments.tracing.Recorder;
import org.malassay.environments.tracing.RecorderOptions;
import org.malassay.environments.tracing.RecorderPrograms;
import org.malassay.options.Option;
import org.malassay.options.OptionException;
import org.malassay.options.Options;
import org.malassay.options.Values;
import org.malassay.sample.LoginSession.Protocol;
import org.malassay.sample.SafeText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the environment {@code container}. */
public final class ContainerProvider implements EnvironmentProvider {
  static final String NAME = "container";

  static final Option<String> IMAGE =
      Option.optional(
          "container.image",
          "IMAGE",
          "the image to run samples in, pulled where absent, instead of the project's own; what it"
              + " starts by itself must be a web service",
          ContainerProvider::reference);

  static final Option<Integer> PORT =
      Option.of(
          "container.port",
          "PORT",
          "80",
          "the port that the web service of the image listens on",
          ContainerProvider::port);

  static final Option<Kernel> KERNEL =
      Option.of(
          "container.kernel",
          "host|arm|auto",
          "host",
          "which kernel samples run on: the Docker engine's; one of Linux/ARM, in a virtual machine"
              + " of its own for each container, with an engine in it; or the engine's, and once more"
              + " the ARM one for samples that the emulator on the engine's does not run as Linux does",
          Kernel::of);

  static final Option<Path> CACHE =
      Option.optional(
          "container.cache",
          "FOLDER",
          "where the machines of -Dcontainer.kernel=arm are kept, instead of"
              + " ~/.cache/malassay/container",
          Values::path);

  private static final Logger LOG = LoggerFactory.getLogger(ContainerProvider.class);

  /** For the header of a run with sessions. */
  static final String HELD = "by telnet, held at the prompt";

  static final String NO_LOGIN = "none: an image of the user's has neither telnetd nor the account";

  private static final int MAX_PORT = 65_535;
  private static final Pattern ARM_ENGINE = Pattern.compile("arm|aarch64");
  private static final String NATIVE = "native";

  /** Makes qemu-user print its version and exit; means nothing to a kernel. */
  private static final List<String> ASK_FOR_EMULATOR = List.of("QEMU_VERSION=1");

  private static final Pattern EMULATOR = Pattern.compile("qemu-\\S+ version (.*)");

  /** Newer engines' default profiles of seccomp refuse such sockets. */
  private static final String VSOCK =
      ", and AF_VSOCK, which this engine's seccomp profile lets samples use: guests share it, and"
          + " on a virtual machine it leads to the host";

  /** Called by {@link java.util.ServiceLoader}. */
  public ContainerProvider() {}

  private static String reference(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("names no image");
    }
    return text;
  }

  private static int port(String text) {
    int port = Values.count(text);
    if (port > MAX_PORT) {
      throw new IllegalArgumentException("not a port");
    }
    return port;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<Option<?>> options() {
    return List.of(IMAGE, PORT, KERNEL, CACHE);
  }

  @Override
  public List<Defence> defences() {
    return ContainerDefence.offered();
  }

  @Override
  public Environment open(Opening opening) throws EnvironmentException {
    return switch (opening.options().get(KERNEL)) {
      case HOST -> openOnHost(opening);
      case ARM -> ArmKernel.open(opening);
      case AUTO -> openOnEither(opening);
    };
  }

  private static Environment openOnEither(Opening opening) throws EnvironmentException {
    ArmKernel.refuse(opening.options());
    return onEither(openOnHost(opening), () -> ArmKernel.open(opening));
  }

  /** Opens the environment on the second kernel. */
  @FunctionalInterface
  interface Second {
    Environment open() throws EnvironmentException;
  }

  /** The first one alone where no emulator executes samples: the second would never be used. */
  static Environment onEither(Environment host, Second arm) throws EnvironmentException {
    if (isNative(host)) {
      LOG.info(
          "the engine's own processor runs the samples, so that {} needs no machine",
          Kernel.AUTO.asGiven());
      return host;
    }
    try {
      return new EitherKernel(host, arm.open());
    } catch (EnvironmentException | RuntimeException e) {
      host.close();
      throw e;
    }
  }

  private static boolean isNative(Environment host) {
    return host.architectures().stream()
        .allMatch(architecture -> NATIVE.equals(host.facts().get(codeOf(architecture))));
  }

  /** The name of the fact that says what executes code of this architecture. */
  private static String codeOf(Architecture architecture) {
    return architecture.label() + " code";
  }

  private static Environment openOnHost(Opening opening) throws EnvironmentException {
    Options options = opening.options();
    Limits limits = opening.limits();
    Optional<String> usersImage = options.find(IMAGE);
    int port = options.get(PORT);
    LibraryChoice libraries = LibraryChoice.of(options);
    Set<ContainerDefence> defences = ContainerDefence.of(opening.defences(), options);
    if (defences.contains(ContainerDefence.READONLY) && LibraryOptions.isSupplied(options)) {
      throw new OptionException(
          "-Dlibraries=supply cannot be had with -Denv=%s, whose guests' folders of libraries are"
                  .formatted(opening.name(NAME))
              + " read-only; leave the one or the other out");
    }
    Engine engine = engine(usersImage, Timeouts.of(options));
    try {
      refusePodman(engine);
      Info info = engine.info();
      ContainerDefence.require(
          defences, Optional.ofNullable(info.getSecurityOptions()).orElse(List.of()));
      GuestImages builder = new GuestImages(engine, info);
      require(builder.missingTools(usersImage), Optional.empty());
      Optional<Protocol> login = login(opening, usersImage);
      GuestImage image = builder.prepare(usersImage, port, login.isPresent());
      ContainerEnvironment environment =
          new ContainerEnvironment(engine, image, limits, opening.run());
      try {
        environment.sweep();
        environment.defendBy(
            defences,
            defences.contains(ContainerDefence.READONLY)
                ? Optional.of(NetworkFiles.in(engine, image))
                : Optional.empty());
        Trial trial = trial(engine, environment, image, layOver(environment, engine, info, image));
        environment.logIn(login); // not in the trial, in which every program tells of an emulator
        Set<Architecture> architectures = Set.of(trial.architecture());
        libraries.require(architectures);
        if (trial.isEmulated()) {
          environment.emulated(builder::witness);
        }
        String network =
            connect(environment, opening, () -> InternetSupply.open(engine, info, opening));
        Map<String, String> facts = facts(engine, info, usersImage, image, limits, trial, network);
        if (opening.logins()) {
          facts.put("logins", login.map(protocol -> HELD).orElse(NO_LOGIN));
        }
        Optional<LibrarySupply> supply =
            libraries.open(architectures, engine.timeouts(), environment::libraries);
        supply.ifPresent(it -> facts.put("libraries", it.fact()));
        environment.supplyBy(supply);
        defences.forEach(it -> facts.put("defence " + it.word(), it.what()));
        environment.describe(architectures, facts, trial.agent());
        check(environment, defences);
        if (Recorder.isNeededFor(opening.recorded())) {
          record(
              environment,
              opening,
              trial.isEmulated(),
              () -> RecorderSupply.open(engine, info, opening.run()));
        }
        return environment;
      } catch (EnvironmentException | GuestException | RuntimeException e) {
        environment.close();
        throw e;
      }
    } catch (GuestException e) {
      engine.close();
      throw new EnvironmentException(String.valueOf(e.getMessage()), e);
    } catch (EnvironmentException | RuntimeException e) {
      engine.close();
      throw e;
    }
  }

  /** By what somebody logs in to each guest, where samples are sessions. */
  static Optional<Protocol> login(Opening opening, Optional<String> usersImage) {
    if (!opening.logins()) {
      return Optional.empty();
    }
    if (usersImage.isPresent()) {
      LOG.warn("sessions find no login in {}: {}", NAME, NO_LOGIN);
      return Optional.empty();
    }
    return Optional.of(Protocol.TELNET);
  }

  /** What is to be refused in a guest is refused, or there is no environment. */
  private static void check(ContainerEnvironment environment, Set<ContainerDefence> defences)
      throws EnvironmentException, GuestException {
    if (defences.isEmpty()) {
      return;
    }
    byte[] program;
    try {
      program = DefencePrograms.check();
    } catch (IOException e) {
      throw new EnvironmentException(
          "the defences of %s could not be checked: %s"
              .formatted(environment.name(), e.getMessage()),
          e);
    }
    Optional<String> failure = environment.checkDefences(program);
    if (failure.isPresent()) {
      throw new EnvironmentException(failure.get());
    }
  }

  /**
   * Has calls and processes recorded, by what the user named or by eBPF where it can be had.
   *
   * @param ebpf opens it
   */
  static void record(
      ContainerEnvironment environment,
      Opening opening,
      boolean isEmulated,
      Supplier<RecorderSupply> ebpf)
      throws EnvironmentException, GuestException {
    Optional<RecorderOptions.Kind> wanted = opening.options().find(RecorderOptions.RECORDER);
    if (!wanted.equals(Optional.of(RecorderOptions.Kind.QEMU_STRACE))) {
      RecorderSupply supply = ebpf.get();
      environment.recordBy(supply);
      if (wanted.isPresent() && !supply.missing().isEmpty()) {
        throw new EnvironmentException(
            "-Drecorder=ebpf cannot be had at this engine: "
                + environment.missing().get(Facet.CALLS));
      }
      return;
    }
    if (!isEmulated) {
      throw new EnvironmentException(
          "-Drecorder=qemu-strace cannot be had at this engine: its processor runs the samples"
              + " itself, without qemu-user; leave the option out");
    }
    Optional<String> failure;
    try {
      failure = environment.recordByEmulator(RecorderPrograms.check());
    } catch (IOException e) {
      failure = Optional.of(String.valueOf(e.getMessage()));
    }
    if (failure.isPresent()) {
      throw new EnvironmentException(
          "-Drecorder=qemu-strace fails its check: %s; leave the option out, or give -Drecord=none"
              .formatted(failure.get()));
    }
  }

  /**
   * Has guests find a simulated Internet, where it can be had or the user named it.
   *
   * @return what they find in their network, for the run's header
   */
  static String connect(
      ContainerEnvironment environment,
      Opening opening,
      InternetChoice.Opener<InternetSupply> internet)
      throws EnvironmentException {
    InternetChoice<InternetSupply> choice =
        InternetChoice.of(opening.options(), "at this engine", internet);
    environment.connect(choice, opening.recorded().contains(Facet.NETWORK));
    return choice.fact("nothing but its loopback");
  }

  /**
   * Podman answers to Docker's API, but refuses to attach to a container that does not run yet
   * (409): the first words of a guest would be lost.
   */
  static void refusePodman(Engine engine) throws EnvironmentException, GuestException {
    Optional<String> podman = engine.podman();
    if (podman.isPresent()) {
      throw new EnvironmentException(
          "-Denv=container: Podman is not supported (version %s at %s): start a Docker engine, as -Dsetup does, and name it by DOCKER_HOST=unix:///var/run/docker.sock or where it is"
              .formatted(SafeText.printable(podman.get()), engine.address()));
    }
  }

  private static Engine engine(Optional<String> usersImage, Timeouts timeouts)
      throws EnvironmentException {
    try {
      return Engine.find(timeouts);
    } catch (GuestException e) {
      List<String> missing = new ArrayList<>();
      missing.add("a Docker engine: " + e.getMessage());
      missing.addAll(GuestImages.missingToolsWithoutEngine(usersImage));
      require(missing, Optional.of(e));
      throw new AssertionError("something is missing", e);
    }
  }

  /** One message for all that is missing. */
  private static void require(List<String> missing, Optional<Exception> cause)
      throws EnvironmentException {
    if (!missing.isEmpty()) {
      EnvironmentException failure =
          new EnvironmentException(
              """
              -Denv=container needs what is not on this machine:
                - %s
              Run the same command again with -Dsetup, which installs and starts it (as root); or \
              start the engine, or set DOCKER_HOST to one.\
              """
                  .formatted(String.join("\n  - ", missing)));
      cause.ifPresent(failure::initCause);
      throw failure;
    }
  }

  /**
   * What running a program of the image showed.
   *
   * @param architecture of that program
   * @param execution {@code native}, or the emulator and its version
   * @param vsock true when a guest can open sockets of AF_VSOCK
   * @param agent its program, in an archive
   */
  @SuppressWarnings("ArrayRecordComponent") // read once
  private record Trial(Architecture architecture, String execution, boolean vsock, byte[] agent) {
    boolean isEmulated() {
      return !execution.equals(NATIVE);
    }
  }

  /**
   * Shows guests an ARM processor on an engine that is no ARM machine. Where its runtime does not
   * mount the file, they see the host's, and a warning says so.
   */
  private static Optional<ProcessorFile> layOver(
      ContainerEnvironment environment, Engine engine, Info info, GuestImage image)
      throws GuestException {
    if (ARM_ENGINE.matcher(String.valueOf(info.getArchitecture())).lookingAt()) {
      return Optional.empty();
    }
    Optional<ProcessorFile> file = Optional.of(ProcessorFile.in(engine, image));
    environment.layOver(file);
    return file;
  }

  private static Trial trial(
      Engine engine,
      ContainerEnvironment environment,
      GuestImage image,
      Optional<ProcessorFile> file)
      throws EnvironmentException, GuestException {
    try {
      return trial(engine, environment, image);
    } catch (GuestException e) {
      if (file.isEmpty()) {
        throw e;
      }
      environment.layOver(Optional.empty());
      Trial trial = trial(engine, environment, image);
      LOG.warn("guests see the host's processor in {}: {}", ProcessorFile.PLACE, e.getMessage());
      return trial;
    }
  }

  /** Runs the image's own service once, in a way that makes an emulator tell of itself. */
  private static Trial trial(Engine engine, ContainerEnvironment environment, GuestImage image)
      throws EnvironmentException, GuestException {
    try (ContainerGuest guest = environment.make(ASK_FOR_EMULATOR)) {
      Optional<Ending> ending = guest.startService();
      byte[] agent = engine.archive(guest.container(), GuestImage.AGENT);
      AgentEvent.Hello hello = guest.hello();
      Architecture architecture = architecture(hello);
      if (ending.isEmpty()) {
        return new Trial(architecture, NATIVE, hello.vsock(), agent);
      }
      String log = guest.serviceLog();
      Matcher emulator = EMULATOR.matcher(log);
      if (emulator.lookingAt()) {
        return new Trial(architecture, "qemu-user " + emulator.group(1), hello.vsock(), agent);
      }
      if (ending.get().equals(new Ending.Refused("ENOEXEC"))) {
        throw new EnvironmentException(
            ("the engine's kernel does not run %s programs (ENOEXEC): install qemu-user and"
                    + " binfmt-support where the engine runs, or run again with -Dsetup")
                .formatted(architecture.label()));
      }
      throw new EnvironmentException(
          "the image's own command %s ended at once (%s): %s"
              .formatted(String.join(" ", image.service()), ending.get(), SafeText.printable(log)));
    }
  }

  /** The agent does not tell the ELF class: only kinds of MIPS differ in it. */
  private static Architecture architecture(AgentEvent.Hello hello) {
    return Architecture.ofElf(hello.machine(), /* wide= */ false, hello.elfData() == 2);
  }

  private static Map<String, String> facts(
      Engine engine,
      Info info,
      Optional<String> usersImage,
      GuestImage image,
      Limits limits,
      Trial trial,
      String network) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("engine", "Docker %s at %s".formatted(info.getServerVersion(), engine.address()));
    facts.put(Variant.FACT, Kernel.HOST.variant(trial.isEmulated()).fact());
    facts.put("kernel", "%s (%s)".formatted(info.getKernelVersion(), info.getArchitecture()));
    facts.put("storage driver", String.valueOf(info.getDriver()));
    facts.put("cgroup version", Optional.ofNullable(info.getCGroupVersion()).orElse("1"));
    facts.put(
        "security",
        String.join(", ", Optional.ofNullable(info.getSecurityOptions()).orElse(List.of()))
            + ", the engine's default capabilities");
    facts.put("image", usersImage.orElse(GuestImages.recipeTag()));
    facts.put("image with agent", image.id());
    facts.put("recipe", usersImage.isPresent() ? "the user's" : GuestImages.RECIPE.digest());
    image.debian().ifPresent(debian -> facts.put("debian", debian));
    facts.put("agent", GuestImages.AGENT.digest());
    facts.put("service", String.join(" ", image.service()) + " on port " + image.port());
    facts.put(codeOf(trial.architecture()), trial.execution());
    facts.put(
        "limits",
        "%d bytes of memory, %d processes, %s processors, %d bytes of disk"
            .formatted(
                limits.memoryBytes(), limits.processes(), limits.cpus(), limits.diskBytes()));
    facts.put("network", network + (trial.vsock() ? VSOCK : ""));
    return facts;
  }
}
