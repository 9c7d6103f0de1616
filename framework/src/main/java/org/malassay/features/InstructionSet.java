package org.malassay.features;

import java.util.List;
import java.util.Optional;
import org.malassay.elf.Architecture;

/** An instruction set whose opcodes are counted. */
enum InstructionSet {
  ARM("arm", 4),
  THUMB("thumb", 2),
  A64("a64", 4);

  private final String word;
  private final int unit;

  InstructionSet(String word, int unit) {
    this.word = word;
    this.unit = unit;
  }

  String word() {
    return word;
  }

  /** How many bytes the shortest instruction has. */
  int unit() {
    return unit;
  }

  /** By which objdump is told. */
  List<String> arguments() {
    return switch (this) {
      case ARM -> List.of("-m", "arm");
      case THUMB -> List.of("-m", "arm", "-M", "force-thumb");
      case A64 -> List.of("-m", "aarch64");
    };
  }

  /** True of that of 64-bit programs. */
  boolean isOf64() {
    return this == A64;
  }

  /** The one of a program that says nothing else. */
  static Optional<InstructionSet> of(Architecture architecture) {
    return switch (architecture) {
      case ARM, ARM_BIG_ENDIAN -> Optional.of(ARM);
      case AARCH64, AARCH64_BIG_ENDIAN -> Optional.of(A64);
      default -> Optional.empty();
    };
  }
}
