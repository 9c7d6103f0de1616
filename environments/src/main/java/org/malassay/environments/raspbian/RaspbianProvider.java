package org.malassay.environments.raspbian;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.environment.Defence;
import org.malassay.environment.Environment;
import org.malassay.environment.EnvironmentException;
import org.malassay.environment.EnvironmentProvider;
import org.malassay.environment.GuestException;
import org.malassay.environment.Limits;
import org.malassay.environment.Opening;
import org.malassay.environments.defence.GuestDefence;
import org.malassay.environments.defence.GuestDefences;
import org.malassay.environments.host.Cache;
import org.malassay.environments.host.Timeouts;
import org.malassay.environments.host.Tools;
import org.malassay.environments.internet.InternetChoice;
import org.malassay.environments.internet.MachineInternet;
import org.malassay.environments.libraries.LibraryChoice;
import org.malassay.environments.libraries.LibrarySupply;
import org.malassay.environments.machine.Addition;
import org.malassay.environments.machine.AgentPlace;
import org.malassay.environments.machine.Board;
import org.malassay.environments.machine.GuestDefenceSet;
import org.malassay.environments.machine.GuestLibraries;
import org.malassay.environments.machine.GuestRecorder;
import org.malassay.environments.machine.GuestStarter;
import org.malassay.environments.machine.HeldLogins;
import org.malassay.environments.machine.Image;
import org.malassay.environments.machine.Machine;
import org.malassay.environments.machine.MachineEnvironment;
import org.malassay.environments.machine.OwnDefence;
import org.malassay.environments.machine.Session;
import org.malassay.environments.machine.Template;
import org.malassay.environments.machine.TemplateStore;
import org.malassay.environments.qemu.Qemu;
import org.malassay.environments.tracing.Recorder;
import org.malassay.environments.tracing.RecorderOptions;
import org.malassay.options.Option;
import org.malassay.options.OptionException;
import org.malassay.options.Options;
import org.malassay.options.Values;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the environment {@code raspbian}. */
public final class RaspbianProvider implements EnvironmentProvider {
  static final String NAME = "raspbian";
  private static final Logger LOG = LoggerFactory.getLogger(RaspbianProvider.class);

  /** How a guest comes to be. */
  enum Start {
    CLONE,
    BOOT;

    static Start of(String text) {
      return switch (text) {
        case "clone" -> CLONE;
        case "boot" -> BOOT;
        default -> throw new IllegalArgumentException("neither clone nor boot");
      };
    }
  }

  static final Option<Start> START =
      Option.optional(
          "raspbian.start",
          "HOW",
          "clone: each guest is a copy of one that was booted once (the default, but on raspi3b);"
              + " boot: each is booted",
          Start::of);

  static final Option<Session.Kind> SESSION =
      Option.optional(
          "raspbian.session",
          "HOW",
          "agent: an agent that waits in a clone takes the sample in and starts it (the default"
              + " where it can be); ssh: SCP and SSH do, as the thesis had it, at eight times the"
              + " processor time",
          Session.Kind::of);

  static final Option<HeldLogins.Shell> LOGIN =
      Option.optional(
          "raspbian.login",
          "SHELL",
          "what a login session speaks to, unless a defence has a shell of its own: busybox, as on"
              + " devices (the default), or dash, the /bin/sh of Raspberry Pi OS",
          HeldLogins.Shell::of);

  static final Option<Board> MACHINE =
      Option.optional(
          "raspbian.machine",
          "NAME",
          "virt: QEMU's own machine (the default, if the kernel has drivers for it); raspi3b: a"
              + " Raspberry Pi 3 Model B, booted for each sample, which takes minutes",
          Boards::of);

  static final Option<Path> IMAGE =
      Option.optional(
          "raspbian.image",
          "FILE",
          "an original image of Raspberry Pi OS (.img or .img.xz), of which a copy is used, instead"
              + " of one built from Debian's packages",
          Values::path);

  static final Option<Path> DEFENCE =
      Option.optional(
          "raspbian.defence",
          "FOLDER",
          "a defence of yours, for -Denv=raspbian+own: its install.sh is run by root, beside the"
              + " folder's other files, when the template is made",
          Values::path);

  static final Option<Path> CACHE =
      Option.optional(
          "raspbian.cache",
          "FOLDER",
          "where images and templates are kept, instead of ~/.cache/malassay/raspbian",
          Values::path);

  private static final long MIB = 1L << 20;
  private static final String REMEDY =
      "another folder by -D%s=FOLDER, or -D%s=boot".formatted(CACHE.name(), START.name());
  private static final int LEAST_MIB = 192;

  /** Called by {@link java.util.ServiceLoader}. */
  public RaspbianProvider() {}

  /** The memory of a guest in MiB. */
  static int memory(Limits limits) throws EnvironmentException {
    int memory = (int) Math.min(limits.memoryBytes() / MIB, Integer.MAX_VALUE);
    if (memory < LEAST_MIB) {
      throw new EnvironmentException(
          "a guest of the raspbian environment does not boot with so little memory: give at least"
              + " -Dmemory=%dm".formatted(LEAST_MIB));
    }
    return memory;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<Option<?>> options() {
    return List.of(START, SESSION, LOGIN, MACHINE, IMAGE, DEFENCE, CACHE);
  }

  @Override
  public List<Defence> defences() {
    return Stream.concat(GuestDefences.offered().stream(), Stream.of(OwnDefence.TOLD)).toList();
  }

  @Override
  public Environment open(Opening opening) throws EnvironmentException {
    Options options = opening.options();
    Limits limits = opening.limits();
    Timeouts timeouts = Timeouts.of(options);
    RecorderOptions.require(
        options,
        NAME,
        List.of(RecorderOptions.Kind.EBPF),
        "records by eBPF in its guests' kernel, and has no qemu-user");
    LibraryChoice libraries = LibraryChoice.of(options);
    libraries.require(MachineEnvironment.ARCHITECTURES);
    Optional<Start> start = options.find(START);
    Optional<Board> asked = options.find(MACHINE);
    asked.ifPresent(board -> requireBootable(board, start));
    int memoryMiB = memory(limits);
    Cache cache = Cache.in(options.find(CACHE), NAME);
    Optional<Path> file = options.find(IMAGE);
    ImageStore images =
        new ImageStore(
            cache, file.isPresent() ? Optional.of(OriginalImage.of(file.get())) : Optional.empty());
    List<GuestDefence> defences = GuestDefences.of(NAME, opening.defences());
    Optional<OwnDefence> own =
        OwnDefence.of(NAME, opening.defences(), DEFENCE, options.find(DEFENCE));
    Tools.require(NAME, missing(images));
    Machine.sweep();
    Qemu qemu = Qemu.find(Machine.QEMU);
    Image image = images.get(timeouts);
    Board board = board(asked, image);
    requireBootable(board, start);
    InternetChoice<MachineInternet> internet =
        InternetChoice.of(
            options, "on this machine", () -> MachineInternet.open(opening, timeouts));
    Machine machine =
        new Machine(qemu, board, board.memoryMiB(memoryMiB), Machine.HTTP, internet.internet());
    boolean isCloned = board.isCloneable() && start.orElse(Start.CLONE) == Start.CLONE;
    boolean isRecorded = Recorder.isNeededFor(opening.recorded());
    GuestRecorder recorder = isCloned && isRecorded ? GuestRecorder.compiled() : GuestRecorder.NONE;
    if (!isCloned && !opening.defences().isEmpty()) {
      throw new OptionException(
          "-Denv=%s: defences are in clones only, not in guests that are booted; leave -D%s and -D%s"
                  .formatted(opening.name(NAME), START.name(), MACHINE.name())
              + " out");
    }
    Optional<String> noLogins = noLogins(isCloned, file.isPresent());
    List<Addition> additions = new ArrayList<>(GuestDefenceSet.of(defences, timeouts));
    own.ifPresent(additions::add);
    if (opening.logins() && noLogins.isEmpty()) {
      additions.add(new HeldLogins(options.find(LOGIN).orElse(HeldLogins.Shell.BUSYBOX)));
    }
    Optional<Template> template =
        isCloned
            ? Optional.of(
                new TemplateStore(
                        cache,
                        machine,
                        recorder,
                        AgentPlace.SYSTEM,
                        additions,
                        timeouts,
                        NAME,
                        REMEDY)
                    .get(image))
            : Optional.empty();
    Optional<Session.Kind> way = options.find(SESSION);
    if (template.isEmpty() && way.equals(Optional.of(Session.Kind.AGENT))) {
      throw new OptionException(
          "-Draspbian.session=agent: the agent waits in clones, and these guests are booted; leave"
              + " the option out");
    }
    Session.Kind session = template.isPresent() ? way.orElse(Session.Kind.AGENT) : Session.Kind.SSH;
    Map<String, String> facts = facts(machine, image, images.facts(), template, session, limits);
    facts.putAll(GuestDefences.facts(defences));
    own.ifPresent(it -> facts.put("defence own", it.digest()));
    facts.put("network", internet.fact("a card that leads nowhere"));
    if (opening.logins()) {
      noLogins.ifPresent(why -> LOG.warn("sessions find no login in {}: {}", NAME, why));
      facts.put("logins", noLogins.map("none: "::concat).orElse(HeldLogins.FACT));
    }
    boolean isNetworkRecorded = opening.recorded().contains(Facet.NETWORK);
    GuestStarter guests =
        new GuestStarter(
            machine, image, template, additions, session, limits, isNetworkRecorded, timeouts);
    Optional<FacetState> recording =
        isRecorded ? Optional.of(guests.recording(recorder)) : Optional.empty();
    GuestRecorder.require(options, NAME, recording);
    guests.checkAdditions();
    try {
      Optional<LibrarySupply> supply =
          libraries.open(
              MachineEnvironment.ARCHITECTURES,
              timeouts,
              () -> GuestLibraries.read(cache, image, guests, "/"));
      supply.ifPresent(it -> facts.put("libraries", it.fact()));
      return new MachineEnvironment(
          opening.name(NAME), machine, template, guests, facts, recording, internet, supply);
    } catch (GuestException e) {
      throw new EnvironmentException(
          "-Dlibraries=supply: what guests have cannot be read: " + e.getMessage(), e);
    }
  }

  /** Why no login is held, so that sessions lack their interpreter; empty when one can be. */
  static Optional<String> noLogins(boolean isCloned, boolean isOriginal) {
    if (!isCloned) {
      return Optional.of("they wait in clones, and these guests are booted");
    }
    return isOriginal
        ? Optional.of("an original image has neither telnetd nor the account")
        : Optional.empty();
  }

  /** A saved Raspberry Pi 3 would not go on: QEMU neither saves its network nor its card. */
  private static void requireBootable(Board board, Optional<Start> start) {
    if (!board.isCloneable() && start.equals(Optional.of(Start.CLONE))) {
      throw new OptionException(
          "-Draspbian.start=clone: a %s cannot be cloned, because QEMU cannot save its"
                  .formatted(board.qemuName())
              + " network; leave the option out, or give -Draspbian.start=boot");
    }
  }

  /** The board to use: the one asked for, else the first on which the image's kernel starts. */
  static Board board(Optional<Board> asked, Image image) throws EnvironmentException {
    List<Board> boards = asked.map(List::of).orElseGet(() -> Boards.ALL);
    List<String> reasons = new ArrayList<>();
    for (Board board : boards) {
      List<String> lacks = image.lacksFor(board);
      if (lacks.isEmpty()) {
        reasons.forEach(reason -> LOG.info("{}; booting {} instead", reason, board.qemuName()));
        return board;
      }
      reasons.add(
          "the image's kernel %s lacks drivers for -Draspbian.machine=%s: %s"
              .formatted(image.kernelVersion(), board.qemuName(), String.join(", ", lacks)));
    }
    throw new EnvironmentException(
        String.join("; ", reasons)
            + (asked.isPresent() ? "; leave the option out, and another is chosen" : ""));
  }

  private static List<String> missing(ImageStore images) {
    List<String> missing = new ArrayList<>(Machine.missingPrograms());
    missing.addAll(images.missing());
    return missing;
  }

  private static Map<String, String> facts(
      Machine machine,
      Image image,
      Map<String, String> origin,
      Optional<Template> template,
      Session.Kind session,
      Limits limits)
      throws EnvironmentException {
    Map<String, String> facts = new LinkedHashMap<>();
    String execution =
        "%s %s (TCG), kernel %s"
            .formatted(machine.qemu().program(), machine.qemu().version(), image.kernelVersion());
    facts.put("arm code", execution);
    facts.put("aarch64 code", execution);
    facts.put(
        "machine",
        "%s, cortex-a53, %d MiB of memory"
            .formatted(machine.board().qemuName(), machine.memoryMiB()));
    facts.put("image", image.digest());
    facts.putAll(origin);
    facts.put("debian", image.debian());
    facts.put("start", template.isPresent() ? "clone" : "boot");
    facts.put("session", session.name().toLowerCase(Locale.ROOT));
    template.ifPresent(it -> facts.put("template", it.digest()));
    facts.put("service", "nginx on port " + machine.http());
    facts.put(
        "limits",
        "%d bytes a file; the machine's own memory, processes and disk"
            .formatted(limits.diskBytes()));
    return facts;
  }
}
