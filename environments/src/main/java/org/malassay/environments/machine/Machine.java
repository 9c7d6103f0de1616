package org.malassay.environments.machine;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.malassay.environment.EnvironmentException;
import org.malassay.environment.GuestException;
import org.malassay.environments.host.Capacity;
import org.malassay.environments.host.Timeouts;
import org.malassay.environments.host.Tools;
import org.malassay.environments.internet.MachineInternet;
import org.malassay.environments.qemu.Network;
import org.malassay.environments.qemu.Qemu;
import org.malassay.environments.qemu.Vm;

/**
 * The machine that QEMU emulates: what has to be the same for a template and its clones.
 *
 * @param qemu the version of QEMU, whose saved states no other reads
 * @param board what is around the processor
 * @param memoryMiB the guest's memory
 * @param http the port on which the guest's web service listens
 * @param internet that its network leads to; empty when it leads nowhere
 */
public record Machine(
    Qemu qemu, Board board, int memoryMiB, int http, Optional<MachineInternet> internet) {
  public static final String QEMU = "qemu-system-aarch64";

  /** The socket to {@code awake.c}: a short name, as those of sockets must be. */
  static final String AWAKE = "awake";

  /** The sockets to the input and the output of the SSH session that waits in a template. */
  static final String SSH_IN = "ssh-in";

  static final String SSH_OUT = "ssh-out";

  /** The same of the agent that waits there. */
  static final String AGENT_IN = "agent-in";

  static final String AGENT_OUT = "agent-out";

  /** The socket to the recorder in the guest. */
  static final String RECORDER = "recorder";

  /** In the order of the guest's ports, which it counts from 1; {@code awake.c} takes the first. */
  static final List<String> PORTS = List.of(AWAKE, SSH_IN, SSH_OUT, AGENT_IN, AGENT_OUT, RECORDER);

  static final int SSH = 22;

  /** The port of the web service of a system that Malassay builds. */
  public static final int HTTP = 80;

  /** What a board calls the guest's memory. */
  static final String MEMORY = "ram0";

  /** On a busy host a service takes longer to start than systemd would wait. */
  private static final String START_TIMEOUT = " systemd.default_timeout_start_sec=900";

  /** What must be installed to have such machines; empty when nothing is missing. */
  public static List<String> missingPrograms() {
    List<String> missing = new ArrayList<>();
    if (!Tools.isInstalled(QEMU)) {
      missing.add("qemu-system-arm, which is the machine: " + QEMU);
    }
    if (!Tools.isInstalled("qemu-img")) {
      missing.add("qemu-utils, which makes disks: qemu-img");
    }
    return missing;
  }

  /** Removes the machines that killed runs left behind. */
  public static void sweep() throws EnvironmentException {
    try {
      Vm.sweep();
    } catch (IOException e) {
      throw new EnvironmentException("what killed runs left behind cannot be removed: " + e, e);
    }
  }

  /**
   * Starts QEMU.
   *
   * @param command one of this machine's
   * @param folder a new one, removed with QEMU
   */
  Vm start(List<String> command, Path folder, Timeouts timeouts) throws GuestException {
    return Vm.start(command, folder, board.channels(), timeouts, network());
  }

  /** The port of the host's loopback that leads to the web service of a machine that runs. */
  int webPort(Vm vm) throws GuestException {
    return vm.port(http);
  }

  /** Nothing of the host or beyond is reached from inside; the host asks through two ports. */
  private Network network() {
    return new Network(internet, Stream.of(SSH, http).distinct().toList());
  }

  /**
   * A machine that is switched on: nothing of it outlives it but what it writes to its disk.
   *
   * @param translatedMiB the memory for translated code
   */
  public List<String> boot(Image image, Path disk, boolean keepsDisk, int translatedMiB) {
    List<String> command = devices(disk, keepsDisk, translatedMiB);
    if (board.isCloneable()) {
      command.addAll(List.of("-object", ram("memory-backend-ram", "")));
    }
    command.addAll(kernel(image, ""));
    return command;
  }

  /**
   * The machine that is to become a template: its memory is a file.
   *
   * @param options for its kernel beside its board's, each after a blank
   */
  List<String> template(Image image, Path disk, Path ram, String options) {
    List<String> command = devices(disk, true, Capacity.translatedMiB(1));
    command.addAll(List.of("-object", ram(file(ram), ",share=on")));
    command.addAll(kernel(image, options));
    return command;
  }

  /** A machine that waits for the saved state of a template, whose files it does not touch. */
  List<String> clone(Path disk, Path ram, Path noKernel, int translatedMiB) {
    List<String> command = devices(disk, false, translatedMiB);
    command.addAll(List.of("-object", ram(file(ram), ",share=off" + qemu.readOnlyMemory())));
    command.addAll(List.of("-incoming", "defer", "-kernel", noKernel.toString()));
    return command;
  }

  /** What stands for the machine in the name of a template. */
  String description() {
    return String.join(" ", boot(new Image(Path.of(""), ""), Path.of(""), true, 0))
        + qemu.version();
  }

  private static String file(Path ram) {
    return "memory-backend-file,mem-path=" + escaped(ram);
  }

  private String ram(String kind, String options) {
    return "%s,id=%s,size=%dM%s".formatted(kind, MEMORY, memoryMiB, options);
  }

  private List<String> kernel(Image image, String options) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("-kernel", image.file(Image.KERNEL).toString()));
    command.addAll(List.of("-initrd", image.initrdFor(board).toString()));
    board
        .deviceTree()
        .ifPresent(tree -> command.addAll(List.of("-dtb", image.file(tree).toString())));
    command.addAll(List.of("-append", board.kernelOptions(memoryMiB) + START_TIMEOUT + options));
    return command;
  }

  /** A comma ends a value unless it is doubled. */
  private static String escaped(Path path) {
    return path.toString().replace(",", ",,");
  }

  private List<String> devices(Path disk, boolean keepsDisk, int translatedMiB) {
    List<String> command =
        new ArrayList<>(
            List.of(
                qemu.program(),
                "-nodefaults",
                "-no-user-config",
                "-display",
                "none",
                "-netdev",
                network().netdev(),
                "-drive",
                "if=%s,id=disk,format=qcow2,discard=unmap,file=%s%s"
                    .formatted(
                        board.diskInterface(), escaped(disk), keepsDisk ? "" : ",snapshot=on")));
    command.addAll(board.devices(memoryMiB, translatedMiB));
    return command;
  }
}
