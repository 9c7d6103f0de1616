package org.malassay.environments.tracing;

import java.util.Arrays;
import java.util.Optional;

/** The convention by which a system call was made, which its number and its arguments belong to. */
enum Abi {
  ARM(0),
  X86_64(1),
  ARM64(2),
  I386(3);

  private final int number;

  Abi(int number) {
    this.number = number;
  }

  /** That of {@code enum abi} in {@code record.h}. */
  int number() {
    return number;
  }

  /** The one of this number in a record. */
  static Optional<Abi> of(int number) {
    return Arrays.stream(values()).filter(abi -> abi.number == number).findFirst();
  }

  /** True when its words have 64 bits. */
  boolean isWide() {
    return this == X86_64 || this == ARM64;
  }

  /** True when the flags of open(2) have the values that they have on ARM. */
  boolean isArm() {
    return this == ARM || this == ARM64;
  }
}
