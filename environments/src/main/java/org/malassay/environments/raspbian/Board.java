package org.malassay.environments.raspbian;

import java.util.Locale;
import java.util.Set;

/** What QEMU emulates around the processor, by QEMU's own name. */
enum Board {
  /** QEMU's own: a template of it can be cloned. */
  VIRT,

  /** A Raspberry Pi 3 Model B: its saved states are no use, so each guest is booted. */
  RASPI3B;

  /** A Raspberry Pi 3 has no more, and QEMU insists on it. */
  static final int RASPI3B_MIB = 1024;

  static Board of(String text) {
    return switch (text) {
      case "virt" -> VIRT;
      case "raspi3b" -> RASPI3B;
      default -> throw new IllegalArgumentException("neither virt nor raspi3b");
    };
  }

  String qemuName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The sockets that lead into a guest on it. */
  Set<String> channels() {
    return this == VIRT ? Set.copyOf(Machine.PORTS) : Set.of();
  }

  /** The memory of a guest for which so much is asked. */
  int memoryMiB(int asked) {
    return this == RASPI3B ? Math.min(asked, RASPI3B_MIB) : asked;
  }
}
