package org.malassay.environments.internet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.malassay.environment.EnvironmentException;
import org.malassay.environments.host.Cache;
import org.malassay.environments.host.Recipe;
import org.malassay.environments.host.Tools;
import org.malassay.environments.host.Workshop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The program that makes a guest's network, and the harmless programs that are given out there,
 * compiled from {@code environments/internet} once.
 *
 * @param file the program for this machine
 * @param harmless those whose compilers are installed
 */
public record InternetProgram(Path file, HarmlessPrograms harmless) {
  private static final List<String> PARTS =
      List.of("main.c", "pair.c", "netlink.c", "relay.c", "frames.c", "ways.c", "check.c");

  /** What the program is made of: a helper container's image is named by its digest. */
  public static final Recipe SOURCES =
      recipe("internet.h").and(recipe(PARTS.toArray(String[]::new)));

  private static final Recipe HARMLESS = recipe("harmless.c");
  private static final Logger LOG = LoggerFactory.getLogger(InternetProgram.class);
  private static final String PROGRAM = "internet";

  /** The descriptor that QEMU finds its tap as. */
  private static final String TAP = "9";

  private static final String COMMAND = "--";

  /** The mode that says on the guest's side what must be heard: {@link NetworkCheck}. */
  public static final String CHECK = "check";

  private static final long BYTES = 16 << 20;
  private static final int SHORT = 12;
  private static final Duration COMPILATION = Duration.ofMinutes(2);
  private static final List<String> FLAGS =
      List.of("-std=gnu11", "-static", "-O2", "-Wall", "-Wextra", "-s");
  private static final List<String> HARMLESS_FLAGS =
      List.of(
          "-nostdlib",
          "-static",
          "-Os",
          "-s",
          "-ffreestanding",
          "-fno-pic",
          "-no-pie",
          "-fno-stack-protector",
          "-fno-asynchronous-unwind-tables",
          "-Wl,--build-id=none,-z,noseparate-code,-e,_start");

  /** How a harmless program is compiled. */
  private record Target(String architecture, Optional<String> compiler, List<String> flags) {}

  private static Recipe recipe(String... files) {
    String[] resources = new String[files.length];
    for (int i = 0; i < files.length; i++) {
      resources[i] = "/org/malassay/environments/internet/" + files[i];
    }
    return Recipe.ofResources(resources);
  }

  private static List<Target> targets() {
    List<String> mips = List.of("-mno-abicalls", "-march=mips32");
    List<String> mipsel = List.of("-EL", "-mno-abicalls", "-march=mips32");
    Optional<String> mipsCompiler = Tools.compilerFor("mips");
    Optional<String> intelCompiler = Tools.compilerFor("x86_64");
    return List.of(
        new Target("arm", Tools.find("arm-linux-gnueabi-gcc"), List.of()),
        new Target("armhf", Tools.compilerFor("armv7l"), List.of()),
        new Target("aarch64", Tools.compilerFor("aarch64"), List.of()),
        new Target("mips", mipsCompiler, mips),
        new Target("mipsel", mipsCompiler, mipsel),
        new Target("x86", intelCompiler, List.of("-m32")),
        new Target("x86-64", intelCompiler, List.of()));
  }

  /**
   * Compiles what is not there yet.
   *
   * @param cache where it is kept
   */
  public static InternetProgram get(Cache cache) throws EnvironmentException {
    List<Target> targets = targets().stream().filter(it -> it.compiler().isPresent()).toList();
    List<String> files = new ArrayList<>(List.of(PROGRAM));
    targets.forEach(target -> files.add(target.architecture()));
    String name =
        "%s-%s-%s"
            .formatted(
                Tools.machineHere(),
                SOURCES.and(HARMLESS).digest().substring(0, SHORT),
                String.join("-", files.subList(1, files.size())));
    try {
      Path folder = cache.get(name, files, BYTES, out -> build(out, targets)).folder();
      Map<String, byte[]> programs = new LinkedHashMap<>();
      for (Target target : targets) {
        programs.put(
            target.architecture(), Files.readAllBytes(folder.resolve(target.architecture())));
      }
      return new InternetProgram(folder.resolve(PROGRAM), new HarmlessPrograms(programs));
    } catch (IOException e) {
      throw notCompiled(e);
    }
  }

  /** What is said when it cannot be compiled. */
  public static EnvironmentException notCompiled(IOException e) {
    return new EnvironmentException(
        "the simulated Internet could not be compiled; try -Dsetup, or -Dinternet=none: "
            + e.getMessage(),
        e);
  }

  private static void build(Path out, List<Target> targets) throws IOException {
    LOG.info("compiling the simulated Internet (once; takes seconds)");
    Path program = out.resolve(PROGRAM);
    Files.write(program, compile(Tools.machineHere()));
    if (!program.toFile().setExecutable(true)) {
      throw new IOException(program + " cannot be made executable");
    }
    for (Target target : targets) {
      List<String> command = new ArrayList<>(List.of(target.compiler().orElseThrow()));
      command.addAll(HARMLESS_FLAGS);
      command.addAll(target.flags());
      command.addAll(List.of("-o", PROGRAM, "harmless.c"));
      Files.write(out.resolve(target.architecture()), compile(HARMLESS, command));
    }
  }

  /**
   * The program, compiled for a machine.
   *
   * @param machine as its kernel names it, such as {@code x86_64}
   */
  public static byte[] compile(String machine) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Tools.compilerFor(machine)
                    .orElseThrow(
                        () -> new IOException("missing: " + Tools.compilerPackageFor(machine)))));
    command.addAll(FLAGS);
    command.addAll(List.of("-o", PROGRAM));
    command.addAll(PARTS);
    return compile(SOURCES, command);
  }

  private static byte[] compile(Recipe recipe, List<String> command) throws IOException {
    try (Workshop workshop = Workshop.of(recipe)) {
      Tools.run(command, workshop.folder(), COMPILATION, LOG::debug);
      return Files.readAllBytes(workshop.folder().resolve(PROGRAM));
    }
  }

  /**
   * The command that runs another one in a network of its own.
   *
   * @param socket the name of the Unix socket that the frames go through, to which it connects
   * @param ports of the guest, to each of which a port of the host's loopback leads: {@link
   *     GuestNetwork#port}
   */
  List<String> guest(String socket, List<Integer> ports, List<String> words) {
    return command(List.of("guest", socket), ports, words);
  }

  /**
   * The command that runs QEMU in a network of its own.
   *
   * @param socket the same
   * @param ports the same
   * @param qemu QEMU's command, with {@link #netdev} in it
   */
  List<String> machine(String socket, List<Integer> ports, List<String> qemu) {
    return command(List.of("machine", socket, TAP), ports, qemu);
  }

  /**
   * The command that says something in a network for a machine, in the machine's place.
   *
   * @param socket the same
   */
  List<String> check(String socket) {
    return List.of(file.toString(), CHECK, socket);
  }

  private List<String> command(List<String> mode, List<Integer> ports, List<String> words) {
    List<String> command = new ArrayList<>(List.of(file.toString()));
    command.addAll(mode);
    ports.forEach(port -> command.add(port.toString()));
    command.add(COMMAND);
    command.addAll(words);
    return command;
  }

  /** The value of QEMU's option {@code -netdev} that stands for such a network. */
  static String netdev(String id) {
    return "tap,id=%s,fd=%s".formatted(id, TAP);
  }
}
