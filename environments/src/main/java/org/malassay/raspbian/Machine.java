package org.malassay.raspbian;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.malassay.qemu.Qemu;
import org.malassay.qemu.Vm;

/**
 * The machine that QEMU emulates: what has to be the same for a template and its clones.
 *
 * @param qemu the version of QEMU, whose saved states no other reads
 * @param memoryMiB the guest's memory
 */
record Machine(Qemu qemu, int memoryMiB) {
  static final String QEMU = "qemu-system-aarch64";

  /** The socket to {@code awake.c}: a short name, as those of sockets must be. */
  static final String AWAKE = "awake";

  /** The socket to the SSH session that waits in a template. */
  static final String SESSION = "session";

  static final Set<String> CHANNELS = Set.of(AWAKE, SESSION);

  /** Where the guest is in QEMU's user-mode network. */
  private static final String ADDRESS = "10.0.2.15";

  static final int SSH = 22;
  static final int HTTP = 80;

  /**
   * The memory for translated code. QEMU would take a gigabyte, and a guest that only runs one
   * sample would never throw any of it away: the greatest part of what it costs.
   */
  private static final int TRANSLATED_MIB = 24;

  private static final String KERNEL_OPTIONS =
      "console=ttyAMA0 root=/dev/vda net.ifnames=0 panic=1 quiet";

  /** A machine that is switched on: nothing of it outlives it but what it writes to its disk. */
  List<String> boot(Image image, Path disk, boolean keepsDisk) {
    List<String> command = devices(disk, keepsDisk);
    command.addAll(List.of("-object", ram("memory-backend-ram", "")));
    command.addAll(kernel(image));
    return command;
  }

  /** The machine that is to become a template: its memory is a file. */
  List<String> template(Image image, Path disk, Path ram) {
    List<String> command = devices(disk, true);
    command.addAll(List.of("-object", ram(file(ram), ",share=on")));
    command.addAll(kernel(image));
    return command;
  }

  /** A machine that waits for the saved state of a template, whose files it does not touch. */
  List<String> clone(Path disk, Path ram, Path noKernel) {
    List<String> command = devices(disk, false);
    command.addAll(List.of("-object", ram(file(ram), ",share=off" + qemu.readOnlyMemory())));
    command.addAll(List.of("-incoming", "defer", "-kernel", noKernel.toString()));
    return command;
  }

  /** What stands for the machine in the name of a template. */
  String description() {
    return String.join(" ", boot(new Image(Path.of(""), ""), Path.of(""), true)) + qemu.version();
  }

  private static String file(Path ram) {
    return "memory-backend-file,mem-path=" + escaped(ram);
  }

  private String ram(String kind, String options) {
    return "%s,id=ram0,size=%dM%s".formatted(kind, memoryMiB, options);
  }

  private static List<String> kernel(Image image) {
    return List.of(
        "-kernel",
        image.file(Image.KERNEL).toString(),
        "-initrd",
        image.file(Image.INITRD).toString(),
        "-append",
        KERNEL_OPTIONS);
  }

  /** A comma ends a value unless it is doubled. */
  private static String escaped(Path path) {
    return path.toString().replace(",", ",,");
  }

  private List<String> devices(Path disk, boolean keepsDisk) {
    return new ArrayList<>(
        List.of(
            qemu.program(),
            "-nodefaults",
            "-no-user-config",
            "-display",
            "none",
            "-M",
            "virt,memory-backend=ram0",
            "-cpu",
            "cortex-a53",
            "-m",
            memoryMiB + "M",
            "-accel",
            "tcg,tb-size=" + TRANSLATED_MIB,
            "-drive",
            "if=none,id=disk,format=qcow2,discard=unmap,file=%s%s"
                .formatted(escaped(disk), keepsDisk ? "" : ",snapshot=on"),
            "-device",
            "virtio-blk-device,drive=disk",
            "-netdev",
            // Nothing of the host or beyond is reached from inside; the host asks through two
            // ports.
            "user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:0-%s:%d,hostfwd=tcp:127.0.0.1:0-%s:%d"
                .formatted(ADDRESS, SSH, ADDRESS, HTTP),
            "-device",
            "virtio-net-device,netdev=net,mac=52:54:00:12:34:56",
            "-chardev",
            "socket,id=awake,path=" + AWAKE,
            "-chardev",
            "socket,id=session,path=" + SESSION,
            "-device",
            "virtio-serial-device",
            "-device",
            "virtserialport,chardev=awake,name=malassay", // awake.c takes the first
            "-device",
            "virtserialport,chardev=session,name=malassay-session,id=" + SESSION,
            "-serial",
            "file:" + Vm.CONSOLE));
  }
}
