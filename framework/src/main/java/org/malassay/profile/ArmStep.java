package org.malassay.profile;

/**
 * One instruction, as far as it matters for a number on its way into a register.
 *
 * @param kind what it does
 * @param length in bytes
 * @param writes a bit for each register that it may change in a way not told here
 * @param first the register that is set, loaded or stored; -1 for none
 * @param second the source of a copy; of a pair that is stored or loaded the other register; of a
 *     branch or call 1 where it leads to Thumb code; -1 for none
 * @param value a number, the address of a literal, the target of a branch, the place on the stack
 * @param list a bit for each register that is pushed or popped
 * @param stack by how much the stack pointer is changed
 * @param ends whether the next instruction is not reached from it
 */
record ArmStep(
    Kind kind,
    int length,
    int writes,
    int first,
    int second,
    int value,
    int list,
    int stack,
    boolean ends) {

  static final int SP = 13;
  static final int PC = 15;

  enum Kind {
    /** Fills a gap. */
    NOTHING,
    /** Changes registers. */
    OTHER,
    /** first = value. */
    SET,
    /** The upper half of first = value. */
    SET_HIGH,
    /** first = second + value. */
    COPY,
    /** first = the word at value. */
    LITERAL,
    /** first = first + the address of the instruction as the processor has it, which is value. */
    ADD_PC,
    /** first, and second behind it, are put at value, counted from the stack pointer afterwards. */
    STORE,
    /** first, and second behind it, come from value, counted from the stack pointer before. */
    LOAD,
    PUSH,
    POP,
    BRANCH,
    CALL,
    /** A call by a register. */
    CALL_REGISTER,
    /** Goes where a register or the memory says. */
    LEAVE,
    /** Compares first with value. */
    COMPARE,
    /**
     * Goes on by a table of bytes (value 1) or of halfwords (value 2) behind it; second chooses.
     */
    TABLE,
    /** A system call; value is what the instruction itself says, 0 in the EABI. */
    SERVICE,
    /** The next instructions, as many as value says, are conditional. */
    BLOCK
  }

  static ArmStep other(int length, int writes) {
    return new ArmStep(Kind.OTHER, length, writes, -1, -1, 0, 0, 0, false);
  }

  static ArmStep of(Kind kind, int length, int first, int second, int value) {
    return new ArmStep(kind, length, 0, first, second, value, 0, 0, false);
  }

  static ArmStep list(Kind kind, int length, int list) {
    int bytes = 4 * Integer.bitCount(list);
    boolean left = kind == Kind.POP && (list >>> PC & 1) != 0;
    return new ArmStep(kind, length, 0, -1, -1, 0, list, kind == Kind.PUSH ? -bytes : bytes, left);
  }

  static ArmStep stack(int length, int change) {
    return new ArmStep(Kind.OTHER, length, 0, -1, -1, 0, 0, change, false);
  }

  static ArmStep leave(int length) {
    return new ArmStep(Kind.LEAVE, length, 0, -1, -1, 0, 0, 0, true);
  }

  ArmStep moving(int change) {
    return new ArmStep(kind, length, writes, first, second, value, list, change, ends);
  }

  ArmStep ending() {
    return new ArmStep(kind, length, writes, first, second, value, list, stack, true);
  }

  boolean changes(int register) {
    return (writes >>> register & 1) != 0;
  }
}
