package org.malassay.elf;

/** The instruction set that an ELF file is made for, byte order included where both exist. */
public enum Architecture {
  ARM("arm"),
  ARM_BIG_ENDIAN("armeb"),
  AARCH64("aarch64"),
  AARCH64_BIG_ENDIAN("aarch64_be"),
  MIPS("mips"),
  MIPS_LITTLE_ENDIAN("mipsel"),
  MIPS64("mips64"),
  MIPS64_LITTLE_ENDIAN("mips64el"),
  X86("x86"),
  X86_64("x86-64"),
  POWERPC("powerpc"),
  POWERPC64("powerpc64"),
  SPARC("sparc"),
  SUPERH("sh"),
  M68K("m68k"),
  ARC("arc"),
  RISCV("riscv"),
  S390("s390"),
  OTHER("other");

  private final String label;

  Architecture(String label) {
    this.label = label;
  }

  /**
   * The architecture of a program, by its ELF header. The numbers are from the registry of {@code
   * e_machine} values.
   *
   * @param machine {@code e_machine}
   * @param wide true for the class of 64 bits
   * @param big true when the order of bytes is big-endian
   */
  public static Architecture ofElf(int machine, boolean wide, boolean big) {
    return switch (machine) {
      case 2, 18, 43 -> SPARC;
      case 3 -> X86;
      case 4 -> M68K;
      case 8 -> wide ? big ? MIPS64 : MIPS64_LITTLE_ENDIAN : big ? MIPS : MIPS_LITTLE_ENDIAN;
      case 20 -> POWERPC;
      case 21 -> POWERPC64;
      case 22 -> S390;
      case 40 -> big ? ARM_BIG_ENDIAN : ARM;
      case 42 -> SUPERH;
      case 45, 93, 195 -> ARC;
      case 62 -> X86_64;
      case 183 -> big ? AARCH64_BIG_ENDIAN : AARCH64;
      case 243 -> RISCV;
      default -> OTHER;
    };
  }

  /** The name used in reports, such as {@code x86-64}. */
  public String label() {
    return label;
  }
}
