package org.malassay.raspbian;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.malassay.qemu.Qemu;
import org.malassay.qemu.Room;
import org.malassay.qemu.Vm;

/**
 * The machine that QEMU emulates: what has to be the same for a template and its clones.
 *
 * @param qemu the version of QEMU, whose saved states no other reads
 * @param board what is around the processor
 * @param memoryMiB the guest's memory
 */
record Machine(Qemu qemu, Board board, int memoryMiB) {
  static final String QEMU = "qemu-system-aarch64";

  /** The socket to {@code awake.c}: a short name, as those of sockets must be. */
  static final String AWAKE = "awake";

  /** The socket to the input of the SSH session that waits in a template. */
  static final String SESSION_IN = "session-in";

  /** The socket to its output. */
  static final String SESSION_OUT = "session-out";

  /** Where the guest is in QEMU's user-mode network. */
  private static final String ADDRESS = "10.0.2.15";

  static final int SSH = 22;
  static final int HTTP = 80;

  /** On a busy host a service takes longer to start than systemd would wait. */
  private static final String PATIENCE = " systemd.default_timeout_start_sec=900";

  /**
   * All clones of a template have their kernel at the same address anyhow. A kernel at an unknown
   * one keeps itself out of the sight of programs, on processors as well that are not prone to
   * Meltdown, as the Raspberry Pi's are not: each system call then costs QEMU two flushes of all
   * that it knows of the memory.
   */
  private static final String NO_RANDOM_ADDRESS = " nokaslr";

  private static final String KERNEL_OPTIONS =
      "console=ttyAMA0 net.ifnames=0 panic=1 quiet" + NO_RANDOM_ADDRESS + PATIENCE;

  /**
   * Linux has its console on the first port or the second one, as the device tree says. The
   * Raspberry Pi's own USB driver must not use what QEMU lacks (fast interrupts, link power).
   */
  private static final String RASPI3B_OPTIONS =
      "console=ttyS1,115200 console=ttyAMA0,115200 net.ifnames=0 panic=1 quiet mem=%dM"
          + " dwc_otg.lpm_enable=0 dwc_otg.fiq_enable=0 dwc_otg.fiq_fsm_enable=0"
          + PATIENCE;

  /**
   * A machine that is switched on: nothing of it outlives it but what it writes to its disk.
   *
   * @param translatedMiB the memory for translated code
   */
  List<String> boot(Image image, Path disk, boolean keepsDisk, int translatedMiB) {
    List<String> command = devices(disk, keepsDisk, translatedMiB);
    if (board == Board.VIRT) {
      command.addAll(List.of("-object", ram("memory-backend-ram", "")));
    }
    command.addAll(kernel(image));
    return command;
  }

  /** The machine that is to become a template: its memory is a file. */
  List<String> template(Image image, Path disk, Path ram) {
    List<String> command = devices(disk, true, Room.translatedMiB(1));
    command.addAll(List.of("-object", ram(file(ram), ",share=on")));
    command.addAll(kernel(image));
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
    return "%s,id=ram0,size=%dM%s".formatted(kind, memoryMiB, options);
  }

  private List<String> kernel(Image image) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("-kernel", image.file(Image.KERNEL).toString()));
    command.addAll(List.of("-initrd", image.initrdFor(board).toString()));
    image.deviceTreeFor(board).ifPresent(tree -> command.addAll(List.of("-dtb", tree.toString())));
    command.addAll(
        List.of(
            "-append",
            board == Board.VIRT ? KERNEL_OPTIONS : RASPI3B_OPTIONS.formatted(memoryMiB)));
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
                // Nothing of the host or beyond is reached from inside; the host asks through two
                // ports.
                "user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:0-%s:%d,hostfwd=tcp:127.0.0.1:0-%s:%d"
                    .formatted(ADDRESS, SSH, ADDRESS, HTTP),
                "-drive",
                "if=%s,id=disk,format=qcow2,discard=unmap,file=%s%s"
                    .formatted(
                        board == Board.VIRT ? "none" : "sd",
                        escaped(disk),
                        keepsDisk ? "" : ",snapshot=on")));
    command.addAll(board == Board.VIRT ? virt(translatedMiB) : raspi3b());
    return command;
  }

  private List<String> virt(int translatedMiB) {
    return List.of(
        "-M",
        "virt,memory-backend=ram0",
        "-cpu",
        "cortex-a53",
        "-smp",
        Qemu.ONE_PROCESSOR,
        "-m",
        memoryMiB + "M",
        "-accel",
        "tcg,tb-size=" + translatedMiB,
        "-device",
        "virtio-blk-device,drive=disk",
        "-device",
        "virtio-net-device,netdev=net,mac=52:54:00:12:34:56",
        "-chardev",
        socket(AWAKE),
        "-chardev",
        socket(SESSION_IN),
        "-chardev",
        socket(SESSION_OUT),
        "-device",
        "virtio-serial-device",
        "-device",
        "virtserialport,chardev=%s,name=malassay".formatted(AWAKE), // awake.c takes the first
        "-device",
        sessionPort(SESSION_IN),
        "-device",
        sessionPort(SESSION_OUT),
        "-serial",
        Vm.CONSOLE);
  }

  private static String socket(String name) {
    return "socket,id=%1$s,path=%1$s".formatted(name);
  }

  private static String sessionPort(String name) {
    return "virtserialport,chardev=%1$s,name=malassay-%1$s,id=%1$s".formatted(name);
  }

  private static List<String> raspi3b() {
    return List.of(
        "-M",
        "raspi3b",
        "-m",
        Board.RASPI3B_MIB + "M",
        "-device",
        "usb-net,netdev=net,mac=b8:27:eb:12:34:56", // of the Raspberry Pi Foundation
        "-serial",
        Vm.CONSOLE,
        "-serial",
        Vm.CONSOLE);
  }
}
