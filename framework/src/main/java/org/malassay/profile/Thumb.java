package org.malassay.profile;

import org.malassay.profile.ArmStep.Kind;

/** Thumb and Thumb-2 instructions (ARM DDI 0406C, A5.2, A6.2, A6.3). */
final class Thumb {
  private Thumb() {}

  /** Whether a first halfword is that of an instruction of four bytes. */
  static boolean isLong(int half) {
    return half >>> 11 >= 0x1d;
  }

  /**
   * One instruction.
   *
   * @param at its address
   * @param half its first halfword
   * @param next the halfword behind it, whatever that is
   */
  static ArmStep decode(int at, int half, int next) {
    return isLong(half) ? wide(at, half, next) : narrow(at, half);
  }

  private static ArmStep narrow(int at, int half) {
    int pc = at + 4;
    int low = half & 7;
    int middle = half >>> 8 & 7;
    int small = half & 0xff;
    return switch (half >>> 11) {
      case 0 -> // lsls; by 0 it is movs
          half == 0
              ? ArmStep.leave(2) // a gap between functions: no compiler makes movs r0, r0
              : (half >>> 6 & 31) == 0
                  ? ArmStep.of(Kind.COPY, 2, low, half >>> 3 & 7, 0)
                  : ArmStep.other(2, 1 << low);
      case 1, 2 -> ArmStep.other(2, 1 << low);
      case 3 -> added(half);
      case 4 -> ArmStep.of(Kind.SET, 2, middle, -1, small);
      case 5 -> ArmStep.of(Kind.COMPARE, 2, middle, -1, small);
      case 6 -> ArmStep.of(Kind.COPY, 2, middle, middle, small);
      case 7 -> ArmStep.of(Kind.COPY, 2, middle, middle, -small);
      case 8 -> (half & 0x400) == 0 ? arithmetic(half) : high(at, half);
      case 9 -> ArmStep.of(Kind.LITERAL, 2, middle, -1, (pc & ~3) + small * 4);
      case 10, 11 -> ArmStep.other(2, (half >>> 9 & 7) < 3 ? 0 : 1 << low); // by register
      case 12, 14, 16 -> ArmStep.other(2, 0); // str, strb, strh
      case 13, 15, 17 -> ArmStep.other(2, 1 << low);
      case 18 -> ArmStep.of(Kind.STORE, 2, middle, -1, small * 4);
      case 19 -> ArmStep.of(Kind.LOAD, 2, middle, -1, small * 4);
      case 20 -> ArmStep.of(Kind.SET, 2, middle, -1, (pc & ~3) + small * 4); // adr
      case 21 -> ArmStep.other(2, 1 << middle); // add to sp
      case 22, 23 -> various(at, half);
      case 24 -> ArmStep.other(2, 1 << middle); // stm
      case 25 -> ArmStep.other(2, small | (1 << middle)); // ldm
      case 26, 27 -> conditional(pc, half);
      default -> ArmStep.of(Kind.BRANCH, 2, -1, 1, pc + (half << 21 >> 20)).ending();
    };
  }

  /** adds and subs of three operands. */
  private static ArmStep added(int half) {
    int three = half >>> 6 & 7;
    return (half & 0x400) == 0
        ? ArmStep.other(2, 1 << (half & 7))
        : ArmStep.of(Kind.COPY, 2, half & 7, half >>> 3 & 7, (half & 0x200) == 0 ? three : -three);
  }

  private static ArmStep conditional(int pc, int half) {
    return switch (half >>> 8 & 15) {
      case 15 -> ArmStep.of(Kind.SERVICE, 2, -1, -1, half & 0xff);
      case 14 -> ArmStep.leave(2); // undefined for ever
      default -> ArmStep.of(Kind.BRANCH, 2, -1, 1, pc + (byte) half * 2);
    };
  }

  private static ArmStep arithmetic(int half) {
    int operation = half >>> 6 & 15;
    boolean compares = operation == 8 || operation == 10 || operation == 11;
    return ArmStep.other(2, compares ? 0 : 1 << (half & 7));
  }

  private static ArmStep high(int at, int half) {
    int to = (half >>> 4 & 8) | (half & 7);
    int from = half >>> 3 & 15;
    return switch (half >>> 8 & 3) {
      case 0 -> // add
          to == ArmStep.PC
              ? ArmStep.leave(2)
              : from == ArmStep.PC
                  ? ArmStep.of(Kind.ADD_PC, 2, to, -1, at + 4)
                  : ArmStep.other(2, 1 << to);
      case 1 -> ArmStep.other(2, 0);
      case 2 ->
          to == ArmStep.PC
              ? ArmStep.leave(2)
              : to == ArmStep.SP
                  ? ArmStep.other(2, 1 << to)
                  : ArmStep.of(Kind.COPY, 2, to, from, 0);
      default ->
          (half & 0x80) != 0
              ? ArmStep.of(Kind.CALL_REGISTER, 2, -1, -1, 0)
              : from == ArmStep.PC
                  ? ArmStep.of(Kind.BRANCH, 2, -1, 0, (at + 4) & ~3).ending()
                  : ArmStep.leave(2);
    };
  }

  private static ArmStep various(int at, int half) {
    if ((half & 0xf500) == 0xb100) { // cbz, cbnz
      int distance = (half >>> 3 & 0x40) | (half >>> 2 & 0x3e);
      return ArmStep.of(Kind.BRANCH, 2, -1, 1, at + 4 + distance);
    }
    return switch (half >>> 8 & 15) {
      case 0 -> ArmStep.stack(2, (half & 0x7f) * ((half & 0x80) == 0 ? 4 : -4));
      case 4, 5 -> ArmStep.list(Kind.PUSH, 2, (half & 0xff) | ((half & 0x100) << 6));
      case 12, 13 -> ArmStep.list(Kind.POP, 2, (half & 0xff) | ((half & 0x100) << 7));
      case 2, 10 -> ArmStep.other(2, 1 << (half & 7)); // extensions, reversals
      case 15 ->
          (half & 15) == 0
              ? ArmStep.of(Kind.NOTHING, 2, -1, -1, 0)
              : ArmStep.of(Kind.BLOCK, 2, -1, -1, 4 - Integer.numberOfTrailingZeros(half & 15));
      default -> ArmStep.other(2, 0);
    };
  }

  private static ArmStep wide(int at, int half, int next) {
    return switch (half >>> 9 & 15) {
      case 4 -> (half & 0x40) == 0 ? several(half, next) : pair(half, next);
      case 5 -> shifted(half, next);
      case 6, 7, 14, 15 -> coprocessor(half, next);
      case 8, 9, 10, 11 ->
          (next & 0x8000) != 0
              ? branch(at, half, next)
              : (half & 0x200) == 0 ? modified(half, next) : plain(at, half, next);
      case 12 -> single(at, half, next);
      default ->
          (half & 0x180) == 0x180
              ? ArmStep.other(4, (1 << (next >>> 12)) | (1 << (next >>> 8 & 15)))
              : ArmStep.other(4, 1 << (next >>> 8 & 15));
    };
  }

  private static ArmStep several(int half, int next) {
    int base = half & 15;
    boolean back = (half & 0x20) != 0;
    boolean loads = (half & 0x10) != 0;
    if (base == ArmStep.SP && back) {
      if (!loads && (half & 0x180) == 0x100) {
        return ArmStep.list(Kind.PUSH, 4, next & 0x5fff);
      }
      if (loads && (half & 0x180) == 0x80) {
        return ArmStep.list(Kind.POP, 4, next);
      }
    }
    int writes = (loads ? next : 0) | (back ? 1 << base : 0);
    return loads && (next & 0x8000) != 0 ? ArmStep.leave(4) : ArmStep.other(4, writes);
  }

  private static ArmStep pair(int half, int next) {
    int base = half & 15;
    int one = next >>> 12;
    int other = next >>> 8 & 15;
    boolean loads = (half & 0x10) != 0;
    boolean before = (half & 0x100) != 0;
    boolean back = (half & 0x20) != 0;
    if (!before && !back) { // exclusive, or a table
      if ((half & 0xfff0) == 0xe8d0 && (next & 0xffe0) == 0xf000) {
        return ArmStep.of(Kind.TABLE, 4, -1, next & 15, (next & 0x10) == 0 ? 1 : 2).ending();
      }
      return ArmStep.other(
          4, loads ? (1 << one) | (1 << other) : (1 << other) | (1 << (next & 15)));
    }
    int distance = (half & 0x80) == 0 ? -(next & 0xff) * 4 : (next & 0xff) * 4;
    if (base == ArmStep.SP) {
      return stacked(loads, one, other, distance, before, back);
    }
    return ArmStep.other(4, (loads ? 1 << one | 1 << other : 0) | (back ? 1 << base : 0));
  }

  /**
   * A store to the stack, or a load from there.
   *
   * @param before whether the distance counts before the access
   * @param back whether the stack pointer changes
   */
  static ArmStep stacked(
      boolean loads, int one, int other, int distance, boolean before, boolean back) {
    int at = before ? distance : 0;
    int moved = back || !before ? distance : 0;
    // A store's place is counted from the stack pointer afterwards.
    ArmStep step =
        loads
            ? ArmStep.of(Kind.LOAD, 4, one, other, at)
            : ArmStep.of(Kind.STORE, 4, one, other, at - moved);
    return step.moving(moved);
  }

  private static ArmStep shifted(int half, int next) {
    int to = next >>> 8 & 15;
    int operation = half >>> 5 & 15;
    boolean sets = (half & 0x10) != 0;
    if (operation == 2 && (half & 15) == 15 && (next & 0x70f0) == 0) {
      return to == ArmStep.SP
          ? ArmStep.other(4, 1 << to)
          : ArmStep.of(Kind.COPY, 4, to, next & 15, 0);
    }
    return ArmStep.other(4, to == 15 && sets ? 0 : 1 << to);
  }

  private static ArmStep coprocessor(int half, int next) {
    int count = (next & 0xff) * 4;
    if (half == 0xed2d && (next & 0xe00) == 0xa00) {
      return ArmStep.stack(4, -count);
    }
    if (half == 0xecbd && (next & 0xe00) == 0xa00) {
      return ArmStep.stack(4, count);
    }
    if ((half & 0xef10) == 0xee10 && (next & 0x10) != 0) {
      return ArmStep.other(4, next >>> 12 == 15 ? 0 : 1 << (next >>> 12));
    }
    if ((half & 0xeff0) == 0xec50) {
      return ArmStep.other(4, 1 << (next >>> 12) | 1 << (half & 15));
    }
    return ArmStep.other(4, 0);
  }

  private static ArmStep branch(int at, int half, int next) {
    int sign = half >>> 10 & 1;
    int j1 = next >>> 13 & 1;
    int j2 = next >>> 11 & 1;
    if ((next & 0x5000) == 0) {
      if ((half & 0x380) == 0x380) {
        if ((half & 0xfff0) == 0xf3a0) { // nop.w and its like
          return ArmStep.of(Kind.NOTHING, 4, -1, -1, 0);
        }
        boolean reads = (half & 0xffe0) == 0xf3e0 && (half & 0x10) == 0; // mrs
        return ArmStep.other(4, reads ? 1 << (next >>> 8 & 15) : 0);
      }
      int distance =
          (-sign << 20) | (j2 << 19) | (j1 << 18) | ((half & 0x3f) << 12) | ((next & 0x7ff) << 1);
      return ArmStep.of(Kind.BRANCH, 4, -1, 1, at + 4 + distance);
    }
    int i1 = (j1 ^ sign) ^ 1;
    int i2 = (j2 ^ sign) ^ 1;
    int distance =
        (-sign << 24) | (i1 << 23) | (i2 << 22) | ((half & 0x3ff) << 12) | ((next & 0x7ff) << 1);
    return switch (next & 0x5000) {
      case 0x1000 -> ArmStep.of(Kind.BRANCH, 4, -1, 1, at + 4 + distance).ending();
      case 0x4000 -> ArmStep.of(Kind.CALL, 4, -1, 0, ((at + 4) & ~3) + (distance & ~3));
      default -> ArmStep.of(Kind.CALL, 4, -1, 1, at + 4 + distance);
    };
  }

  private static int immediate(int half, int next) {
    return (half & 0x400) << 1 | (next & 0x7000) >>> 4 | (next & 0xff);
  }

  /** The constant of a modified immediate (A6.3.2). */
  private static int expanded(int twelve) {
    int eight = twelve & 0xff;
    if ((twelve & 0xc00) == 0) {
      return switch (twelve >>> 8 & 3) {
        case 0 -> eight;
        case 1 -> eight << 16 | eight;
        case 2 -> eight << 24 | eight << 8;
        default -> eight << 24 | eight << 16 | eight << 8 | eight;
      };
    }
    return Integer.rotateRight(0x80 | (twelve & 0x7f), twelve >>> 7);
  }

  private static ArmStep modified(int half, int next) {
    int from = half & 15;
    int to = next >>> 8 & 15;
    int value = expanded(immediate(half, next));
    return switch (half >>> 5 & 15) {
      case 2 -> from == 15 ? ArmStep.of(Kind.SET, 4, to, -1, value) : ArmStep.other(4, 1 << to);
      case 3 -> from == 15 ? ArmStep.of(Kind.SET, 4, to, -1, ~value) : ArmStep.other(4, 1 << to);
      case 0, 4 -> ArmStep.other(4, to == 15 ? 0 : 1 << to);
      case 8 -> sum(4, to, from, value);
      case 13 -> to == 15 ? ArmStep.of(Kind.COMPARE, 4, from, -1, value) : sum(4, to, from, -value);
      default -> ArmStep.other(4, 1 << to);
    };
  }

  /** first = second + value, where that is not a comparison, and not about the stack pointer. */
  static ArmStep sum(int length, int to, int from, int value) {
    if (to == 15) {
      return ArmStep.other(length, 0);
    }
    if (to == ArmStep.SP && from == ArmStep.SP) {
      return ArmStep.stack(length, value);
    }
    return to == ArmStep.SP || from == ArmStep.SP
        ? ArmStep.other(length, 1 << to)
        : ArmStep.of(Kind.COPY, length, to, from, value);
  }

  private static ArmStep plain(int at, int half, int next) {
    int from = half & 15;
    int to = next >>> 8 & 15;
    int twelve = immediate(half, next);
    int pc = (at + 4) & ~3;
    return switch (half >>> 4 & 31) {
      case 0 ->
          from == 15 ? ArmStep.of(Kind.SET, 4, to, -1, pc + twelve) : sum(4, to, from, twelve);
      case 10 ->
          from == 15 ? ArmStep.of(Kind.SET, 4, to, -1, pc - twelve) : sum(4, to, from, -twelve);
      case 4 -> ArmStep.of(Kind.SET, 4, to, -1, from << 12 | twelve);
      case 12 -> ArmStep.of(Kind.SET_HIGH, 4, to, -1, from << 12 | twelve);
      default -> ArmStep.other(4, 1 << to);
    };
  }

  private static ArmStep single(int at, int half, int next) {
    boolean loads = (half & 0x10) != 0;
    boolean word = (half & 0x60) == 0x40 && (half & 0x100) == 0;
    int base = half & 15;
    int register = next >>> 12;
    boolean twelve = (half & 0x80) != 0;
    if ((half & 0x110) == 0x100) { // of vectors
      return ArmStep.other(4, (next & 15) == 15 ? 0 : 1 << base);
    }
    if (loads && base == 15) {
      if (!word) {
        return ArmStep.other(4, register == 15 ? 0 : 1 << register);
      }
      int distance = twelve ? next & 0xfff : -(next & 0xfff);
      return register == 15
          ? ArmStep.leave(4)
          : ArmStep.of(Kind.LITERAL, 4, register, -1, ((at + 4) & ~3) + distance);
    }
    boolean indexed = !twelve && (next & 0x800) != 0;
    boolean back = indexed && (next & 0x100) != 0;
    if (loads && register == 15) {
      return word ? ArmStep.leave(4) : ArmStep.other(4, 0);
    }
    if (word && base == ArmStep.SP && (twelve || indexed)) {
      int distance = twelve ? next & 0xfff : (next & 0x200) == 0 ? -(next & 0xff) : next & 0xff;
      return stacked(loads, register, -1, distance, twelve || (next & 0x400) != 0, back);
    }
    return ArmStep.other(4, (loads ? 1 << register : 0) | (back ? 1 << base : 0));
  }
}
