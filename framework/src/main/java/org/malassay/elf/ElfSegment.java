package org.malassay.elf;

/**
 * One program header of an ELF file as it stands there: any number may be false or hostile.
 *
 * @param type {@code p_type}
 * @param flags {@code p_flags}
 * @param offset in the file
 * @param address in memory
 * @param fileSize in bytes, of the file
 * @param memorySize in bytes, of the memory
 */
public record ElfSegment(
    int type, int flags, long offset, long address, long fileSize, long memorySize) {
  private static final int LOAD = 1;
  private static final int EXECUTABLE = 1;

  /**
   * The size of a page of Linux on 32-bit ARM, to which an offset and its address have to agree.
   */
  private static final int PAGE = 4096;

  /** The largest address space of a 32-bit program: that on a kernel of 64 bits. */
  private static final long ADDRESS_SPACE = 1L << 32;

  /** True of one that is loaded. */
  public boolean isLoaded() {
    return type == LOAD;
  }

  /** True of one that is loaded and may be executed. */
  public boolean isCode() {
    return isLoaded() && (flags & EXECUTABLE) != 0;
  }

  /** Whether what is at an address when this one is loaded comes from the file. */
  boolean has(long address) {
    return Long.compareUnsigned(address - this.address, fileSize) < 0;
  }

  /** Where in the file an address that this one has comes from. */
  long offset(long address) {
    return offset + (address - this.address);
  }

  /** What Linux finds wrong with a segment only when the old program is gone. */
  boolean kills() {
    return (fileSize != 0 && (offset - address) % PAGE != 0)
        || fileSize > memorySize
        || address + memorySize > ADDRESS_SPACE;
  }
}
