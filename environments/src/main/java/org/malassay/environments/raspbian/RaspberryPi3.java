package org.malassay.environments.raspbian;

import java.util.List;
import java.util.Optional;
import org.malassay.environments.machine.Board;
import org.malassay.environments.qemu.Vm;

/** A Raspberry Pi 3 Model B: its saved states are no use, so each guest is booted. */
record RaspberryPi3() implements Board {
  /** The file of an image. */
  static final String DEVICE_TREE = "raspi3b.dtb";

  /** It has no more, and QEMU insists on it. */
  private static final int MEMORY_MIB = 1024;

  @Override
  public String qemuName() {
    return "raspi3b";
  }

  @Override
  public boolean isCloneable() {
    return false;
  }

  @Override
  public int memoryMiB(int asked) {
    return Math.min(asked, MEMORY_MIB);
  }

  @Override
  public String diskInterface() {
    return "sd";
  }

  @Override
  public List<String> devices(int memoryMiB, int translatedMiB) {
    return List.of(
        "-M",
        "raspi3b",
        "-m",
        MEMORY_MIB + "M",
        "-device",
        "usb-net,netdev=net,mac=b8:27:eb:12:34:56", // of the Raspberry Pi Foundation
        "-serial",
        Vm.CONSOLE,
        "-serial",
        Vm.CONSOLE);
  }

  /**
   * Linux has its console on the first port or the second one, as the device tree says. The
   * Raspberry Pi's own USB driver must not use what QEMU lacks (fast interrupts, link power).
   */
  @Override
  public String kernelOptions(int memoryMiB) {
    return "console=ttyS1,115200 console=ttyAMA0,115200 net.ifnames=0 panic=1 quiet mem=%dM"
            .formatted(memoryMiB)
        + " dwc_otg.lpm_enable=0 dwc_otg.fiq_enable=0 dwc_otg.fiq_fsm_enable=0";
  }

  @Override
  public Optional<String> deviceTree() {
    return Optional.of(DEVICE_TREE);
  }
}
