package org.malassay.environments.container;

import java.util.Locale;
import org.malassay.environment.Variant;

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
    return "-D%s=%s".formatted(ContainerProvider.KERNEL.name(), value());
  }

  private String value() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * By what comparisons tell containers on it from those on another one.
   *
   * @param isEmulated whether qemu-user executes samples on the engine's own kernel
   */
  Variant variant(boolean isEmulated) {
    String called =
        switch (this) {
          case HOST -> isEmulated ? "qemu-user" : "native";
          case ARM -> "ARM kernel";
          case AUTO -> "either kernel";
        };
    return new Variant(called, ContainerProvider.KERNEL.name(), value());
  }
}
