package org.malassay.verdict;

import org.malassay.sample.SafeText;

/**
 * Why a sample does not run, or why that could not be told.
 *
 * @param type the kind of cause, by which reports group
 * @param detail what exactly, such as the name of the missing library; empty when the type says it
 *     all. May hold text from the sample. One line of at most {@value #MOST} characters, whatever
 *     is given: white space is one blank, and what is longer is cut. The whole of it belongs into
 *     the evidence.
 */
public record Cause(Type type, String detail) {
  /** Enough to name what is missing and the command that mends it. */
  public static final int MOST = 400;

  public Cause {
    detail = SafeText.oneLine(detail, MOST);
  }

  /** The kinds of cause. */
  public enum Type {
    NOT_AN_EXECUTABLE_FORMAT("not an executable format"),
    WRONG_ARCHITECTURE("wrong architecture"),
    MISSING_INTERPRETER("missing interpreter"),
    MISSING_LIBRARY("missing library"),
    MISSING_SYMBOL("missing symbol"),
    MISSING_SYMBOL_VERSION("missing symbol version"),
    PERMISSION_DENIED("permission denied"),
    ILLEGAL_INSTRUCTION("illegal instruction"),
    SEGMENTATION_FAULT("segmentation fault"),
    BUS_ERROR("bus error"),
    ABORT("abort"),
    SIGNAL("signal"),
    EXIT_STATUS("exit status"),
    OUT_OF_MEMORY("out of memory"),
    /** The sample gave up where it met the limit on processes and threads. */
    OUT_OF_PROCESSES("out of processes"),
    REFUSED("refused by the kernel"),
    /** The environment starts no programs: a unikernel that is nothing but its application. */
    NO_LOADER("no loader"),
    /** The environment loads the program itself, but no interpreter for it. */
    NEEDS_INTERPRETER("needs an interpreter"),
    /** The sample gave up where the environment has no second process. */
    NEEDS_PROCESS("needs a process"),
    /** The sample gave up where the environment lacks a system call. */
    UNSUPPORTED_SYSTEM_CALL("unsupported system call"),
    /** The emulator does not do what Linux does for such a file. INCONCLUSIVE. */
    EMULATOR_REFUSES("the emulator refuses what Linux runs"),
    /** The emulator gave up, not the sample. INCONCLUSIVE. */
    EMULATOR_FAILED("emulator failed"),
    /** A guest could not be made, reached or read. INCONCLUSIVE. */
    GUEST_FAILED("guest failed"),
    /**
     * Of several measurements as many say that it runs as that it does not. INCONCLUSIVE; never the
     * cause of one measurement.
     */
    REPETITIONS_DISAGREE("repetitions disagree");

    private final String label;

    Type(String label) {
      this.label = label;
    }

    /** The name used in reports. */
    public String label() {
      return label;
    }
  }

  public static Cause of(Type type) {
    return new Cause(type, "");
  }

  /** The same cause, and what a reader should know besides. */
  Cause with(String remark) {
    return new Cause(type, detail.isEmpty() ? remark : detail + ", " + remark);
  }

  /** The cause in one line, such as {@code missing library: libfoo.so.1}. */
  @Override
  public String toString() {
    return detail.isEmpty() ? type.label() : type.label() + ": " + detail;
  }
}
