package org.malassay.features;

import java.util.List;
import java.util.Optional;
import org.malassay.sample.Architecture;

/** An instruction set whose opcodes are counted. */
enum InstructionSet {
  ARM("arm", 4, List.of("-m", "arm")),
  THUMB("thumb", 2, List.of("-m", "arm", "-M", "force-thumb")),
  A64("a64", 4, List.of("-m", "aarch64"));

  private final String word;
  private final int unit;
  private final List<String> arguments;

  InstructionSet(String word, int unit, List<String> arguments) {
    this.word = word;
    this.unit = unit;
    this.arguments = arguments;
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
    return arguments;
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
