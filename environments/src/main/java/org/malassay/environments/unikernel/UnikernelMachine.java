package org.malassay.environments.unikernel;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.malassay.environment.GuestException;
import org.malassay.environments.host.Timeouts;
import org.malassay.environments.qemu.Qemu;
import org.malassay.environments.qemu.Vm;

/**
 * The machine that QEMU emulates.
 *
 * @param kernel that it boots
 * @param memoryMiB the guest's memory
 */
record UnikernelMachine(Path kernel, int memoryMiB) {
  static final String QEMU = "qemu-system-arm";
  static final String CPU = "cortex-a15";
  static final int HTTP = 80;

  /** The file in the machine's folder that holds the packets of the guest, in pcap's format. */
  static final String CAPTURE = "capture.pcap";

  /** The name of the capture, for QEMU's monitor. */
  static final String FILTER = "capture";

  /** Where the guest is in QEMU's user-mode network. */
  private static final String ADDRESS = "10.0.2.15";

  /** How much of a packet is kept: all headers, and enough of its contents to tell what it is. */
  private static final int SNAP_LENGTH = 512;

  /** How large the capture can grow. */
  static final long LARGEST_FILE = 16L << 20;

  /**
   * Starts a machine that waits before its first instruction.
   *
   * @param limit the time that its sample will have
   */
  Vm startPaused(Duration limit, Timeouts timeouts) throws GuestException {
    List<String> paused = new ArrayList<>(command());
    paused.add("-S");
    return Vm.startBounded(paused, Vm.newFolder(limit), Set.of(), timeouts, LARGEST_FILE);
  }

  List<String> command() {
    return List.of(
        QEMU,
        "-nodefaults",
        "-no-user-config",
        "-display",
        "none",
        "-M",
        "virt,highmem=off,acpi=off",
        "-cpu",
        CPU,
        "-smp",
        Qemu.ONE_PROCESSOR,
        "-m",
        memoryMiB + "M",
        "-kernel",
        kernel.toString(),
        "-serial",
        Vm.CONSOLE,
        "-netdev",
        // Nothing of the host or beyond is reached from inside; the host asks through one port.
        "user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:0-%s:%d".formatted(ADDRESS, HTTP),
        "-device",
        "virtio-net-device,netdev=net",
        "-object",
        "filter-dump,id=%s,netdev=net,file=%s,maxlen=%d".formatted(FILTER, CAPTURE, SNAP_LENGTH));
  }
}
