package org.malassay.environments.unikernel;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.malassay.environment.GuestException;
import org.malassay.environments.host.Timeouts;
import org.malassay.environments.internet.MachineInternet;
import org.malassay.environments.qemu.Network;
import org.malassay.environments.qemu.Qemu;
import org.malassay.environments.qemu.Vm;

/**
 * The machine that QEMU emulates.
 *
 * @param kernel that it boots
 * @param memoryMiB the guest's memory
 * @param internet that the guest finds; empty when it finds nothing
 */
record UnikernelMachine(Path kernel, int memoryMiB, Optional<MachineInternet> internet) {
  static final String QEMU = "qemu-system-arm";
  static final String CPU = "cortex-a15";
  static final int HTTP = 80;

  /**
   * The file in the machine's folder that holds the packets of a guest without an Internet, in
   * pcap's format.
   */
  static final String CAPTURE = "capture.pcap";

  /** The name of the capture, for QEMU's monitor. */
  static final String FILTER = "capture";

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
    return Vm.startBounded(
        paused, Vm.newFolder(limit), Set.of(), timeouts, network(), LARGEST_FILE);
  }

  /** The host asks through one port. */
  Network network() {
    return new Network(internet, List.of(HTTP));
  }

  List<String> command() {
    List<String> command =
        new ArrayList<>(
            List.of(
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
                network().netdev(),
                "-device",
                "virtio-net-device,netdev=" + Network.ID));
    if (internet.isEmpty()) {
      command.add("-object");
      command.add(
          "filter-dump,id=%s,netdev=%s,file=%s,maxlen=%d"
              .formatted(FILTER, Network.ID, CAPTURE, SNAP_LENGTH));
    }
    return List.copyOf(command);
  }
}
