package org.malassay.sample;

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

  /** The name used in reports, such as {@code x86-64}. */
  public String label() {
    return label;
  }
}
