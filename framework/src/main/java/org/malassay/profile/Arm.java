package org.malassay.profile;

import org.malassay.profile.ArmStep.Kind;

/** Instructions of the ARM set (ARM DDI 0406C, A5). Whether one is conditional, its word says. */
final class Arm {
  /** The numbers of the old ABI, which stand in the instruction, begin here. */
  static final int OLD_ABI = 0x900000;

  private Arm() {}

  static boolean isConditional(int word) {
    return word >>> 28 < 14;
  }

  static ArmStep decode(int at, int word) {
    if (word >>> 28 == 15) {
      return (word & 0x0e000000) == 0x0a000000
          ? ArmStep.of(Kind.CALL, 4, -1, 1, at + 8 + (word << 8 >> 6) + (word >>> 23 & 2))
          : ArmStep.other(4, 0);
    }
    return switch (word >>> 25 & 7) {
      case 0, 1 -> processing(at, word);
      case 2 -> single(at, word);
      case 3 -> (word & 0x10) == 0 ? byRegister(word) : ArmStep.other(4, to(word) | rn(word));
      case 4 -> several(word);
      case 5 -> {
        int target = at + 8 + (word << 8 >> 6);
        yield (word & 0x01000000) != 0
            ? ArmStep.of(Kind.CALL, 4, -1, 0, target)
            : ending(ArmStep.of(Kind.BRANCH, 4, -1, 0, target), word);
      }
      default -> coprocessor(word);
    };
  }

  private static ArmStep ending(ArmStep step, int word) {
    return isConditional(word) ? step : step.ending();
  }

  private static ArmStep leaving(int word) {
    return isConditional(word) ? ArmStep.of(Kind.LEAVE, 4, -1, -1, 0) : ArmStep.leave(4);
  }

  private static int to(int word) {
    return 1 << (word >>> 12 & 15);
  }

  private static int rn(int word) {
    return 1 << (word >>> 16 & 15);
  }

  private static ArmStep processing(int at, int word) {
    if ((word & 0x0fffff00) == 0x0320f000 || word == 0xe1a00000) { // nop, or what was one
      return ArmStep.of(Kind.NOTHING, 4, -1, -1, 0);
    }
    if ((word & 0x0ffffff0) == 0x012fff10) {
      return leaving(word);
    }
    if ((word & 0x0ffffff0) == 0x012fff30) {
      return ArmStep.of(Kind.CALL_REGISTER, 4, -1, -1, 0);
    }
    int register = word >>> 12 & 15;
    int half = (word >>> 4 & 0xf000) | (word & 0xfff);
    if ((word & 0x0ff00000) == 0x03000000) {
      return ArmStep.of(Kind.SET, 4, register, -1, half);
    }
    if ((word & 0x0ff00000) == 0x03400000) {
      return ArmStep.of(Kind.SET_HIGH, 4, register, -1, half);
    }
    if ((word & 0x02000090) == 0x90) {
      return multiplyOrExtra(word);
    }
    int operation = word >>> 21 & 15;
    boolean compares = operation >= 8 && operation <= 11;
    if (compares) { // without flags these are others, most of which set a register
      return ArmStep.other(4, (word & 0x100000) != 0 ? 0 : to(word));
    }
    if (register == ArmStep.PC) {
      return leaving(word);
    }
    int from = word >>> 16 & 15;
    if ((word & 0x02000000) == 0) {
      boolean plain = (word & 0xff0) == 0;
      int second = word & 15;
      if (operation == 13 && plain && register != ArmStep.SP) {
        return ArmStep.of(Kind.COPY, 4, register, second, 0);
      }
      boolean own = (from == 15 && second == register) || (from == register && second == 15);
      return operation == 4 && plain && own
          ? ArmStep.of(Kind.ADD_PC, 4, register, -1, at + 8)
          : ArmStep.other(4, to(word));
    }
    int value = Integer.rotateRight(word & 0xff, (word >>> 8 & 15) * 2);
    return switch (operation) {
      case 13 -> ArmStep.of(Kind.SET, 4, register, -1, value);
      case 15 -> ArmStep.of(Kind.SET, 4, register, -1, ~value);
      case 4 ->
          from == 15
              ? ArmStep.of(Kind.SET, 4, register, -1, at + 8 + value)
              : Thumb.sum(4, register, from, value);
      case 2 ->
          from == 15
              ? ArmStep.of(Kind.SET, 4, register, -1, at + 8 - value)
              : Thumb.sum(4, register, from, -value);
      default -> ArmStep.other(4, to(word));
    };
  }

  private static ArmStep multiplyOrExtra(int word) {
    int kind = word >>> 5 & 3;
    if (kind == 0) { // multiplications; exclusive accesses
      return ArmStep.other(4, to(word) | rn(word));
    }
    boolean loads = (word & 0x100000) != 0;
    int register = word >>> 12 & 15;
    boolean pair = !loads && kind >= 2;
    boolean before = (word & 0x01000000) != 0;
    boolean back = !before || (word & 0x200000) != 0;
    if (pair && (word & 0x400000) != 0 && (word >>> 16 & 15) == ArmStep.SP) {
      int eight = (word >>> 4 & 0xf0) | (word & 15);
      int distance = (word & 0x800000) == 0 ? -eight : eight;
      return Thumb.stacked(kind == 2, register, register + 1, distance, before, back);
    }
    int writes = back ? rn(word) : 0;
    if (loads || (pair && kind == 2)) {
      writes |= pair ? 3 << register : 1 << register;
    }
    return ArmStep.other(4, writes);
  }

  private static ArmStep single(int at, int word) {
    boolean loads = (word & 0x100000) != 0;
    boolean byteWide = (word & 0x400000) != 0;
    boolean before = (word & 0x01000000) != 0;
    boolean back = !before || (word & 0x200000) != 0;
    int base = word >>> 16 & 15;
    int register = word >>> 12 & 15;
    int distance = (word & 0x800000) == 0 ? -(word & 0xfff) : word & 0xfff;
    if (loads && register == ArmStep.PC) {
      return leaving(word);
    }
    if (!byteWide && loads && base == 15) {
      return ArmStep.of(Kind.LITERAL, 4, register, -1, at + 8 + distance);
    }
    if (!byteWide && base == ArmStep.SP) {
      return Thumb.stacked(loads, register, -1, distance, before, back);
    }
    return ArmStep.other(4, (loads ? 1 << register : 0) | (back ? 1 << base : 0));
  }

  private static ArmStep byRegister(int word) {
    boolean loads = (word & 0x100000) != 0;
    boolean back = (word & 0x01200000) != 0x01000000;
    if (loads && (word >>> 12 & 15) == ArmStep.PC) {
      return leaving(word);
    }
    return ArmStep.other(4, (loads ? to(word) : 0) | (back ? rn(word) : 0));
  }

  private static ArmStep several(int word) {
    int list = word & 0xffff;
    boolean loads = (word & 0x100000) != 0;
    if ((word & 0x0fff0000) == 0x092d0000) {
      return ArmStep.list(Kind.PUSH, 4, list);
    }
    if ((word & 0x0fff0000) == 0x08bd0000) {
      ArmStep step = ArmStep.list(Kind.POP, 4, list);
      return isConditional(word)
          ? new ArmStep(Kind.POP, 4, 0, -1, -1, 0, list, step.stack(), false)
          : step;
    }
    if (loads && (list & 0x8000) != 0) {
      return leaving(word);
    }
    return ArmStep.other(4, (loads ? list : 0) | ((word & 0x200000) != 0 ? rn(word) : 0));
  }

  private static ArmStep coprocessor(int word) {
    if ((word & 0x0f000000) == 0x0f000000) {
      return ArmStep.of(Kind.SERVICE, 4, -1, -1, word & 0xffffff);
    }
    int count = (word & 0xff) * 4;
    if ((word & 0x0fbf0e00) == 0x0d2d0a00) {
      return ArmStep.stack(4, -count);
    }
    if ((word & 0x0fbf0e00) == 0x0cbd0a00) {
      return ArmStep.stack(4, count);
    }
    if ((word & 0x0f100010) == 0x0e100010) {
      return ArmStep.other(4, (word >>> 12 & 15) == 15 ? 0 : to(word));
    }
    if ((word & 0x0ff00000) == 0x0c500000) {
      return ArmStep.other(4, to(word) | rn(word));
    }
    return ArmStep.other(4, 0);
  }
}
