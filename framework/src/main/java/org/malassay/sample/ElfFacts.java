package org.malassay.sample;

import java.util.List;
import java.util.Optional;

/**
 * What the headers of an ELF file say, read without executing anything. Where {@code e_ident} and
 * what a Linux kernel goes by disagree, the kernel's reading counts: {@link FileFactsReader} has
 * the rules.
 *
 * @param bits 32 or 64
 * @param endianness the order of the bytes of a number
 * @param architecture the instruction set, {@link Architecture#OTHER} when unknown
 * @param machine the raw {@code e_machine}
 * @param type what kind of object the file is
 * @param abi the ABI in the field's words: {@code EABI5}, {@code EABI4}, {@code OABI} for ARM,
 *     otherwise the {@code EI_OSABI} name, such as {@code SYSV}; {@code unknown} when the file ends
 *     before it says so
 * @param floatAbi how floating point arguments travel, as far as the file says
 * @param linkage how the file is linked
 * @param interpreter the program interpreter of {@code PT_INTERP}: hostile text
 * @param needed the {@code DT_NEEDED} libraries in file order, the first 256 of them, 255 bytes of
 *     each: hostile text
 * @param stripped true when there is no symbol table
 * @param upxPacked true when the file carries UPX's mark where UPX puts it; a packer that overwrote
 *     the mark is not recognized
 * @param truncated true when something that the kernel reads lies beyond the end of the file: the
 *     ELF header, the program headers, the interpreter's name, a loaded segment
 * @param loading what Linux makes of a program for 32-bit ARM; {@code LOADED} for any other
 * @param readImpliesExecute true for a program for 32-bit ARM without {@code PT_GNU_STACK}: there
 *     Linux lets it execute all that it can read
 * @param zeroed the most bytes of memory that one of its segments has beyond those of the file
 */
public record ElfFacts(
    int bits,
    Endianness endianness,
    Architecture architecture,
    int machine,
    ObjectType type,
    String abi,
    FloatAbi floatAbi,
    Linkage linkage,
    Optional<String> interpreter,
    List<String> needed,
    boolean stripped,
    boolean upxPacked,
    boolean truncated,
    Loading loading,
    boolean readImpliesExecute,
    long zeroed) {

  public ElfFacts {
    needed = List.copyOf(needed);
  }

  /**
   * True for a {@code SHARED_OBJECT} that is a program: it names an interpreter, or needs none.
   * Otherwise a {@code SHARED_OBJECT} is a library.
   */
  public boolean positionIndependentExecutable() {
    return type == ObjectType.SHARED_OBJECT
        && (interpreter.isPresent() || linkage == Linkage.STATIC_PIE);
  }

  /** The order of the bytes of a number. */
  public enum Endianness {
    LITTLE("LSB"),
    BIG("MSB");

    private final String label;

    Endianness(String label) {
      this.label = label;
    }

    /** The name used in reports, as file(1) has it. */
    public String label() {
      return label;
    }
  }

  /**
   * The way in which Linux takes a file that is to be executed, as far as the file alone decides it
   * ({@code load_elf_binary} in {@code fs/binfmt_elf.c}, kernel 6.12).
   */
  public enum Loading {
    LOADED,
    /** Refused with {@code ENOEXEC}. */
    REFUSED,
    /** Refused with {@code EIO}: the interpreter's name lies beyond the end of the file. */
    UNREADABLE,
    /**
     * Ended by {@code SIGSEGV} before its first instruction: what is wrong with a segment is found
     * when the program that was there before is gone.
     */
    KILLED
  }

  /** The {@code e_type} of an ELF file. */
  public enum ObjectType {
    EXECUTABLE,
    SHARED_OBJECT,
    RELOCATABLE,
    CORE,
    OTHER
  }

  /** ARM float ABI, from {@code e_flags} or the build attributes. */
  public enum FloatAbi {
    SOFT,
    HARD,
    UNSTATED
  }

  /** How an ELF file is linked. */
  public enum Linkage {
    STATIC("static"),
    STATIC_PIE("static-pie"),
    /** A program that names an interpreter, or a shared library. */
    DYNAMIC("dynamic"),
    /** Nothing that can be started: an object file, a core dump, a headerless file. */
    NONE("none");

    private final String label;

    Linkage(String label) {
      this.label = label;
    }

    /** The name used in reports. */
    public String label() {
      return label;
    }
  }
}
