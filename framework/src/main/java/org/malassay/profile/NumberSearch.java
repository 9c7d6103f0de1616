package org.malassay.profile;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * Which numbers a register may hold at an instruction: a walk back over all ways by which control
 * comes there, through copies, literals, stack slots, and into callers where the number is an
 * argument. So glibc's helpers need no names: {@code __libc_do_syscall} has the number in {@code
 * ip}, {@code __syscall_cancel} on the stack, {@code syscall} in {@code r0}.
 */
final class NumberSearch {
  /** Steps of the search for one place. */
  private static final int MOST = 60_000;

  /** Steps of all searches together; nginx with its libraries takes some hundred thousand. */
  private static final long MOST_IN_ALL = 30_000_000;

  /** Callers within callers. */
  private static final int DEEPEST = 6;

  private static final int SYSTEM_CALL = 7;
  private static final int IP = 12;
  private static final int ARGUMENTS = 0b0001_0000_0000_1111; // r0 to r3, and ip for helpers
  private static final int CLOBBERED = 0b0101_0000_0000_1111; // and lr

  private final List<ArmCode> codes;
  private long steps;
  private final IntPredicate isNumber;

  /** By name: files that call it by a stub. */
  private final Map<String, List<Integer>> callers = new HashMap<>();

  private final Set<String> pointed = new HashSet<>();

  /** By file and function: the names of it. */
  private final List<Map<Integer, Set<String>>> names;

  /**
   * @param isNumber whether there is a system call of a number
   */
  NumberSearch(List<ArmCode> codes, IntPredicate isNumber) {
    this.codes = codes;
    this.isNumber = isNumber;
    this.names = codes.stream().map(NumberSearch::names).toList();
    for (int i = 0; i < codes.size(); i++) {
      for (String name : codes.get(i).stubs().keySet()) {
        callers.computeIfAbsent(name, any -> new ArrayList<>()).add(i);
      }
      pointed.addAll(codes.get(i).object().taken());
    }
  }

  private static Map<Integer, Set<String>> names(ArmCode code) {
    Map<Integer, Set<String>> names = new HashMap<>();
    code.object()
        .exports()
        .forEach(
            (name, addresses) ->
                addresses.forEach(
                    it -> names.computeIfAbsent(it & ~1, any -> new HashSet<>()).add(name)));
    return names;
  }

  /** A number that a function may call by. */
  record Found(int file, int function, int number) {}

  /**
   * A way on which no number was found.
   *
   * @param file in which the trail was lost
   * @param function that the call is then of
   * @param address where it was lost
   */
  record Lost(int file, int function, int address, String why) {}

  /** What was found of one place. */
  record Answer(Set<Found> found, Set<Lost> lost) {}

  /**
   * @param register whose value is wanted; -1: what lies on the stack
   * @param slot on the stack, from the stack pointer
   * @param added what is added to it later
   * @param high its upper half, where that was set; -1 where not
   * @param site that the number is attributed to
   */
  private record State(
      int file,
      int at,
      int register,
      int slot,
      int added,
      int high,
      int siteFile,
      int site,
      int depth) {

    State moved(int address) {
      return new State(file, address, register, slot, added, high, siteFile, site, depth);
    }

    State register(int other, int more) {
      return new State(file, at, other, 0, added + more, high, siteFile, site, depth);
    }

    State stack(int place) {
      return new State(file, at, -1, place, added, high, siteFile, site, depth);
    }

    State upper(int half) {
      return new State(file, at, register, slot, added, half, siteFile, site, depth);
    }

    State called(int caller, int address) {
      return new State(caller, address, register, slot, added, high, caller, address, depth + 1);
    }

    int number(int value) {
      return (high < 0 ? value : (high << 16) | (value & 0xffff)) + added;
    }
  }

  /** The numbers of a system call. */
  Answer at(int file, int service) {
    ArmStep step = codes.get(file).step(service);
    Set<Found> found = new HashSet<>();
    Set<Lost> lost = new HashSet<>();
    if (!codes.get(file).isCall(service)) {
      lost.add(
          new Lost(
              file,
              codes.get(file).function(service),
              service,
              "svc %d: it may be data".formatted(step.value())));
      return new Answer(found, lost);
    }
    if (step.value() >= Arm.OLD_ABI) {
      int number = step.value() - Arm.OLD_ABI;
      found.add(new Found(file, codes.get(file).function(service), number));
      return new Answer(found, lost);
    }
    Deque<State> queue = new ArrayDeque<>();
    Set<State> seen = new HashSet<>();
    State first = new State(file, service, SYSTEM_CALL, 0, 0, -1, file, service, 0);
    before(first, queue, seen, lost);
    while (!queue.isEmpty()) {
      steps++;
      if (seen.size() > MOST || steps > MOST_IN_ALL) {
        lost.add(lost(first, "too many ways lead here"));
        break;
      }
      back(queue.remove(), queue, seen, found, lost);
    }
    return new Answer(found, lost);
  }

  /** Goes from what holds after the instruction at a state to what held before it. */
  private void back(
      State state, Deque<State> queue, Set<State> seen, Set<Found> found, Set<Lost> lost) {
    ArmCode code = codes.get(state.file());
    ArmStep step = code.step(state.at());
    if (code.isConditional(state.at())) { // it may not have been executed
      before(state, queue, seen, lost);
    }
    if (state.register() < 0) {
      onStack(state, step, queue, seen, lost);
      return;
    }
    int register = state.register();
    boolean sets = step.first() == register;
    switch (step.kind()) {
      case SET -> {
        if (sets) {
          number(state, step.value(), found, lost);
          return;
        }
      }
      case SET_HIGH -> {
        if (sets) {
          before(state.high() < 0 ? state.upper(step.value()) : state, queue, seen, lost);
          return;
        }
      }
      case COPY -> {
        if (sets) {
          before(state.register(step.second(), step.value()), queue, seen, lost);
          return;
        }
      }
      case LITERAL -> {
        if (sets) {
          OptionalInt word = code.object().word(step.value());
          if (word.isPresent()) {
            number(state, word.getAsInt(), found, lost);
          } else {
            lost.add(lost(state, "its number is a word that the file lacks"));
          }
          return;
        }
      }
      case LOAD -> {
        if (sets || step.second() == register) {
          before(state.stack(step.value() + (sets ? 0 : 4)), queue, seen, lost);
          return;
        }
      }
      case POP -> {
        if ((step.list() >>> register & 1) != 0) {
          int below = Integer.bitCount(step.list() & ((1 << register) - 1));
          before(state.stack(below * 4), queue, seen, lost);
          return;
        }
      }
      case ADD_PC -> {
        if (sets) {
          lost.add(lost(state, "its number is an address"));
          return;
        }
      }
      case CALL, CALL_REGISTER -> {
        if ((CLOBBERED >>> register & 1) != 0 && !(register == IP && isHelper(code, step))) {
          lost.add(lost(state, "its number is what a function returned"));
          return;
        }
      }
      case SERVICE -> {
        if (register == 0) {
          lost.add(lost(state, "its number is what a system call returned"));
          return;
        }
      }
      default -> {}
    }
    if (step.changes(register)) {
      lost.add(lost(state, "its number is computed"));
      return;
    }
    before(state, queue, seen, lost);
  }

  /**
   * Whether a call is one of glibc's {@code __libc_do_syscall}, which takes the number from ip and
   * leaves it there: the compiler goes on using it.
   */
  private static boolean isHelper(ArmCode code, ArmStep call) {
    int start = call.value();
    if (call.kind() != ArmStep.Kind.CALL || !code.isStart(start)) {
      return false;
    }
    ArmStep push = code.step(start);
    int next = start + push.length();
    return push.kind() == ArmStep.Kind.PUSH
        && code.before(next).isPresent()
        && copiesNumber(code.step(next));
  }

  private static boolean copiesNumber(ArmStep step) {
    return step.kind() == ArmStep.Kind.COPY
        && step.first() == SYSTEM_CALL
        && step.second() == IP
        && step.value() == 0;
  }

  private void onStack(
      State state, ArmStep step, Deque<State> queue, Set<State> seen, Set<Lost> lost) {
    int slot = state.slot();
    if (step.kind() == ArmStep.Kind.STORE) {
      if (slot == step.value()) {
        before(state.register(step.first(), 0), queue, seen, lost);
        return;
      }
      if (slot == step.value() + 4 && step.second() >= 0) {
        before(state.register(step.second(), 0), queue, seen, lost);
        return;
      }
    }
    if (step.kind() == ArmStep.Kind.PUSH && slot >= 0 && slot < -step.stack() && slot % 4 == 0) {
      int list = step.list();
      for (int i = 0; i < slot / 4; i++) {
        list &= list - 1;
      }
      before(state.register(Integer.numberOfTrailingZeros(list), 0), queue, seen, lost);
      return;
    }
    int earlier = slot + step.stack();
    if (earlier < 0) {
      lost.add(lost(state, "its number is from below the stack"));
    } else if (step.changes(ArmStep.SP)) {
      lost.add(lost(state, "the stack pointer is computed"));
    } else {
      before(state.stack(earlier), queue, seen, lost);
    }
  }

  private void number(State state, int value, Set<Found> found, Set<Lost> lost) {
    int number = state.number(value);
    if (isNumber.test(number)) {
      found.add(new Found(state.siteFile(), functionOf(state), number));
    } else {
      lost.add(lost(state, "there is no system call " + number));
    }
  }

  private int functionOf(State state) {
    return codes.get(state.siteFile()).function(state.site());
  }

  private Lost lost(State state, String why) {
    return new Lost(state.siteFile(), functionOf(state), state.site(), why);
  }

  /** Goes to all instructions from which control comes to that of a state. */
  private void before(State state, Deque<State> queue, Set<State> seen, Set<Lost> lost) {
    ArmCode code = codes.get(state.file());
    boolean start = code.isStart(state.at());
    OptionalInt linear = code.before(state.at());
    boolean falls = linear.isPresent() && !(start && isEnd(code, linear.getAsInt()));
    boolean[] comes = {falls};
    if (falls) {
      add(state.moved(linear.getAsInt()), queue, seen);
    }
    code.branches()
        .to(
            state.at(),
            source -> {
              comes[0] = true;
              boolean jumps = start && code.function(source) != state.at(); // instead of a call
              add(
                  jumps && state.depth() < DEEPEST
                      ? state.called(state.file(), source)
                      : state.moved(source),
                  queue,
                  seen);
            });
    if (start) {
      comes[0] |= callers(state, code, queue, seen, lost);
    }
    if (!comes[0]) {
      lost.add(lost(state, "nothing is known to lead here"));
    }
  }

  /**
   * Whether a function ends here: what it calls last does not return, or a gap follows. (Of a
   * static program, a call of what it lacks is a gap, too.)
   */
  private static boolean isEnd(ArmCode code, int last) {
    ArmStep.Kind kind = code.step(last).kind();
    return kind == ArmStep.Kind.CALL || kind == ArmStep.Kind.NOTHING;
  }

  private boolean callers(
      State state, ArmCode code, Deque<State> queue, Set<State> seen, Set<Lost> lost) {
    boolean argument =
        state.register() < 0 ? state.slot() >= 0 : (ARGUMENTS >>> state.register() & 1) != 0;
    if (!argument) {
      return false;
    }
    if (state.depth() >= DEEPEST) {
      lost.add(lost(state, "its number comes through too many functions"));
      return true;
    }
    boolean[] comes = {false};
    code.calls()
        .to(
            state.at(),
            source -> {
              comes[0] = true;
              beforeCall(state.called(state.file(), source), queue, seen, lost);
            });
    for (String name : names.get(state.file()).getOrDefault(state.at(), Set.of())) {
      comes[0] = true; // where nobody calls it, it makes no call
      for (int file : callers.getOrDefault(name, List.of())) {
        for (int source : codes.get(file).stubs().getOrDefault(name, List.of())) {
          beforeCall(state.called(file, source), queue, seen, lost);
        }
      }
      if (pointed.contains(name)) {
        lost.add(lost(state, "it is called by a pointer, as " + name));
      }
    }
    return comes[0];
  }

  /** On from before a call: behind it, other things hold in the same registers. */
  private void beforeCall(State state, Deque<State> queue, Set<State> seen, Set<Lost> lost) {
    if (seen.add(state.moved(state.at() | 1))) {
      before(state, queue, seen, lost);
    }
  }

  private static void add(State state, Deque<State> queue, Set<State> seen) {
    if (seen.add(state)) {
      queue.add(state);
    }
  }
}
