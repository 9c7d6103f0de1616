package org.malassay.elf;

/**
 * One section header of an ELF file as it stands there: any number may be false or hostile.
 *
 * @param name where its name begins among the names of sections
 * @param type {@code sh_type}
 * @param flags {@code sh_flags}
 * @param address in memory
 * @param offset in the file
 * @param size in bytes
 * @param link {@code sh_link}: of symbols, the section with their names
 */
public record ElfSection(
    int name, int type, long flags, long address, long offset, long size, int link) {
  static final int SYMBOLS = 2;
  static final int DYNAMIC_SYMBOLS = 11;
  private static final int NOTHING = 0;
  private static final int NO_BITS = 8;
  private static final long ALLOCATED = 2;
  private static final long EXECUTABLE = 4;

  /** True of one that has bytes in the file. */
  public boolean isInFile() {
    return type != NOTHING && type != NO_BITS && size != 0;
  }

  /** True of one that is loaded from the file and may be executed. */
  public boolean isCode() {
    return isInFile() && (flags & (ALLOCATED | EXECUTABLE)) == (ALLOCATED | EXECUTABLE);
  }
}
