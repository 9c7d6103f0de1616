package org.malassay.environments.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.malassay.environments.qemu.Qemu;
import org.malassay.environments.qemu.Vm;

/** QEMU's own board, with nothing but virtio devices. */
public record Virt() implements Board {
  /**
   * All clones of a template have their kernel at the same address anyhow. A kernel at a random
   * address hides itself from programs, even on processors that are not prone to Meltdown, such as
   * the Cortex-A53: each system call then costs QEMU two flushes of its translations of addresses.
   */
  private static final String NO_RANDOM_ADDRESS = " nokaslr";

  @Override
  public String qemuName() {
    return "virt";
  }

  @Override
  public boolean isCloneable() {
    return true;
  }

  @Override
  public int memoryMiB(int asked) {
    return asked;
  }

  @Override
  public String diskInterface() {
    return "none";
  }

  @Override
  public String kernelOptions(int memoryMiB) {
    return "console=ttyAMA0 net.ifnames=0 panic=1 quiet" + NO_RANDOM_ADDRESS;
  }

  @Override
  public Optional<String> deviceTree() {
    return Optional.empty();
  }

  @Override
  public List<String> devices(int memoryMiB, int translatedMiB) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "-M",
                "virt,memory-backend=" + Machine.MEMORY,
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
                "virtio-net-device,netdev=net,mac=52:54:00:12:34:56,guest_announce=off"));
    Machine.PORTS.forEach(name -> command.addAll(List.of("-chardev", socket(name))));
    command.addAll(List.of("-device", "virtio-serial-device"));
    command.addAll(
        List.of("-device", "virtserialport,chardev=%s,name=malassay".formatted(Machine.AWAKE)));
    Machine.PORTS.stream()
        .skip(1)
        .forEach(name -> command.addAll(List.of("-device", sessionPort(name))));
    command.addAll(List.of("-serial", Vm.CONSOLE));
    return command;
  }

  private static String socket(String name) {
    return "socket,id=%1$s,path=%1$s".formatted(name);
  }

  private static String sessionPort(String name) {
    return "virtserialport,chardev=%1$s,name=malassay-%1$s,id=%1$s".formatted(name);
  }
}
