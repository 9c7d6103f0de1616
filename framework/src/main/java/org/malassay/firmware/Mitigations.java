package org.malassay.firmware;

/**
 * What protects the memory of a program, after checksec. What cannot be told is unknown, never no.
 *
 * @param fortifiedCalls calls of the checked variants ({@code __memcpy_chk}), in functions
 * @param fortifiableCalls calls that a checked variant exists for, the fortified ones included
 * @param pac pointer authentication, on AArch64
 * @param bti branch targets, on AArch64 (on x86: IBT)
 */
public record Mitigations(
    Answer nx,
    Pie pie,
    Relro relro,
    Answer canary,
    Answer fortify,
    int fortifiedCalls,
    int fortifiableCalls,
    Answer rpath,
    Answer runpath,
    Answer stripped,
    Answer cfi,
    Answer pac,
    Answer bti) {
  /** Whether it is there. */
  public enum Answer {
    YES,
    NO,
    UNKNOWN,
    /** Does not exist for this architecture or kind of file. */
    NOT_APPLICABLE
  }

  /** Whether it is loaded at any address. */
  public enum Pie {
    YES,
    NO,
    STATIC_PIE,
    /** A shared library, which always is. */
    LIBRARY,
    /** An object file: not linked yet. */
    OBJECT,
    UNKNOWN
  }

  /** What of its relocations is read-only when it runs. */
  public enum Relro {
    NONE,
    PARTIAL,
    FULL,
    UNKNOWN,
    /** Of an object file, which no loader relocates so. */
    NOT_APPLICABLE
  }

  /**
   * The same of a file whose beginning alone is there: what it lacks may lie in the rest, but for
   * what the headers at its beginning say.
   */
  public Mitigations ofBeginning() {
    return new Mitigations(
        nx,
        pie == Pie.LIBRARY ? Pie.UNKNOWN : pie,
        relro == Relro.PARTIAL ? Relro.UNKNOWN : relro,
        orUnknown(canary),
        orUnknown(fortify),
        fortifiedCalls,
        fortifiableCalls,
        orUnknown(rpath),
        orUnknown(runpath),
        stripped == Answer.YES ? Answer.UNKNOWN : stripped,
        orUnknown(cfi),
        orUnknown(pac),
        orUnknown(bti));
  }

  private static Answer orUnknown(Answer answer) {
    return answer == Answer.NO ? Answer.UNKNOWN : answer;
  }
}
