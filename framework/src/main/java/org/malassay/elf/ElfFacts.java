package org.malassay.elf;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What the headers of an ELF file say, read without executing anything. Contents are hostile:
 * whatever they are, the answer comes within bounded time and memory. Where {@code e_ident} and
 * what a Linux kernel goes by disagree, the kernel's reading counts.
 *
 * <p>A file is ELF when it starts with the four bytes of the magic number, like in the kernel
 * ({@code fs/binfmt_elf.c}), even if nothing else is left of it. The kernel looks at neither {@code
 * EI_DATA} nor {@code EI_CLASS}, and some malware falsifies both to mislead those who do. Hence:
 *
 * <ul>
 *   <li>the byte order is the one in which {@code e_type} is one of the generic types, 1 to 4;
 *       {@code EI_DATA} counts when neither is;
 *   <li>ARM and x86 are 32-bit, AArch64 is 64-bit; {@code EI_CLASS} counts for every other machine.
 * </ul>
 *
 * <p>The rules of the other facts:
 *
 * <ul>
 *   <li>ABI of ARM: the highest byte of {@code e_flags} is the EABI version; 0 is the old GNU ABI
 *       (ELF for the Arm Architecture, IHI 0044, {@code EF_ARM_ABIMASK}; binutils {@code
 *       include/elf/arm.h}, {@code EF_ARM_EABI_UNKNOWN}).
 *   <li>Float ABI: {@code EF_ARM_ABI_FLOAT_HARD} and {@code EF_ARM_ABI_FLOAT_SOFT} of EABI 5, else
 *       {@code Tag_ABI_VFP_args} of the build attributes, which counts as 0 (base standard, soft)
 *       where attributes leave it out (IHI 0045).
 *   <li>Linkage: with {@code PT_INTERP}, dynamic; an {@code ET_EXEC} file without it is static; an
 *       {@code ET_DYN} file without it is static-pie when it is marked {@code DF_1_PIE}, or when it
 *       has no {@code PT_DYNAMIC} at all (so UPX leaves a packed one); otherwise it is a library,
 *       and dynamic. Without {@code PT_LOAD} there is nothing to start.
 *   <li>Needed libraries are found by the program headers, as the loader does; samples are often
 *       without section headers.
 * </ul>
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
   * Reads those of a file.
   *
   * @return empty when it is no ELF file
   * @throws IOException if it cannot be read; never for its content
   */
  public static Optional<ElfFacts> of(Bytes file) throws IOException {
    return ElfReader.hasMagic(file) ? Optional.of(ElfReader.read(file)) : Optional.empty();
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
