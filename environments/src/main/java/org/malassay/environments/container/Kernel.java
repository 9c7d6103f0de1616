package org.malassay.environments.container;

import java.util.Locale;

/** Which kernel runs the containers, and so what executes ARM code. */
enum Kernel {
  /** The engine's own: on another processor than ARM, qemu-user stands between it and samples. */
  HOST,
  /** One of Linux/ARM, in a virtual machine with an engine of its own for each sample. */
  ARM,
  /** The engine's own, and for samples to which qemu-user is not as Linux is, the other. */
  AUTO;

  static Kernel of(String text) {
    return switch (text) {
      case "host" -> HOST;
      case "arm" -> ARM;
      case "auto" -> AUTO;
      default -> throw new IllegalArgumentException("none of host, arm and auto");
    };
  }

  /** The option with this value, for messages. */
  String asGiven() {
    return "-D%s=%s".formatted(ContainerProvider.KERNEL.name(), name().toLowerCase(Locale.ROOT));
  }
}
