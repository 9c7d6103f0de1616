package org.malassay.sample;

import java.util.List;
import java.util.Optional;

/**
 * What the headers of an ELF file say, read without executing anything.
 *
 * @param bits 32 or 64
 * @param architecture the instruction set, {@link Architecture#OTHER} when unknown
 * @param machine the raw {@code e_machine}
 * @param type what kind of object the file is
 * @param abi the ABI in the field's words: {@code EABI5}, {@code EABI4}, {@code OABI} for ARM,
 *     otherwise the {@code EI_OSABI} name, such as {@code SYSV}
 * @param floatAbi how floating point arguments travel, as far as the file says
 * @param linkage how the file is linked
 * @param interpreter the program interpreter of {@code PT_INTERP}
 * @param needed the {@code DT_NEEDED} libraries in file order
 * @param stripped true when there is no symbol table
 * @param upxPacked true when the file carries UPX's marks
 * @param truncated true when a header or a loaded segment lies beyond the end of the file
 */
public record ElfFacts(
    int bits,
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
    boolean truncated) {

  public ElfFacts {
    needed = List.copyOf(needed);
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
