package org.malassay.environments.machine;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What QEMU emulates around the processor. */
public interface Board {
  /** Its name as QEMU has it. */
  String qemuName();

  /** True when QEMU can save a machine on it, so that a template of it can be cloned. */
  boolean isCloneable();

  /** The memory of a guest for which so much is asked, in MiB. */
  int memoryMiB(int asked);

  /** The interface of its disk, for {@code -drive}. */
  String diskInterface();

  /**
   * The machine itself and its devices, but for its disk.
   *
   * @param memoryMiB the guest's memory
   * @param translatedMiB the memory for translated code
   */
  List<String> devices(int memoryMiB, int translatedMiB);

  /** What its kernel is told. */
  String kernelOptions(int memoryMiB);

  /** The file of an image that is its device tree; empty when QEMU makes one. */
  Optional<String> deviceTree();

  /** The sockets that lead into a guest on it. */
  default Set<String> channels() {
    return isCloneable() ? Set.copyOf(Machine.PORTS) : Set.of();
  }
}
