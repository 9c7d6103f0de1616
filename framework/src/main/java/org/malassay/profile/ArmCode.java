package org.malassay.profile;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntConsumer;
import org.malassay.profile.ArmObject.Range;
import org.malassay.profile.ArmStep.Kind;

/**
 * The code of one file, found by following it from what is known to be code: entry, symbols,
 * pointers, the functions of {@code .ARM.exidx}. So data between functions, which a decoder that
 * goes through all bytes takes for code, are not met.
 */
final class ArmCode {
  private static final byte THUMB = 1;
  private static final byte ARM = 2;
  private static final byte INSIDE = 3;
  private static final byte DATA = 4;
  private static final byte WHAT = 7;
  private static final byte CONDITIONAL = 8;

  private static final int MOST_ENTRIES = 4096;

  /** Many times as many as glibc has. */
  static final int MOST_SERVICES = 20_000;

  private static final int MOST_EDGES = 4 << 20;

  /** What comes behind a call of these is not reached. */
  private static final Set<String> LEAVES =
      Set.of(
          "__stack_chk_fail",
          "abort",
          "exit",
          "_exit",
          "__assert_fail",
          "longjmp",
          "_Unwind_Resume");

  private final ArmObject object;
  private final List<byte[]> marks = new ArrayList<>();
  private final Deque<Long> queue = new ArrayDeque<>();
  private final TreeSet<Integer> starts = new TreeSet<>(Integer::compareUnsigned);
  private final Edges branches = new Edges();
  private final Edges calls = new Edges();
  private final Edges addresses = new Edges();
  private final Map<String, List<Integer>> stubs = new HashMap<>();
  private final Map<Integer, Optional<String>> knownStubs = new HashMap<>();
  private final List<Integer> services = new ArrayList<>();
  private final Set<Integer> leaving = new HashSet<>();
  private int[] functions = {};

  /** From where to where; first collected, then sorted by where. */
  static final class Edges {
    private long[] pairs = new long[1024];
    private int count;

    void add(int from, int to) {
      if (count == MOST_EDGES) {
        return;
      }
      if (count == pairs.length) {
        pairs = Arrays.copyOf(pairs, count * 2);
      }
      pairs[count++] = (long) to << 32 | Integer.toUnsignedLong(from);
    }

    void sort() {
      pairs = Arrays.copyOf(pairs, count);
      Arrays.sort(pairs);
    }

    void to(int target, IntConsumer sources) {
      int at = Arrays.binarySearch(pairs, (long) target << 32);
      for (int i = at < 0 ? -at - 1 : at; i < count && (int) (pairs[i] >> 32) == target; i++) {
        sources.accept((int) pairs[i]);
      }
    }

    int size() {
      return count;
    }

    int from(int index) {
      return (int) pairs[index];
    }

    int to(int index) {
      return (int) (pairs[index] >> 32);
    }
  }

  ArmCode(ArmObject object) {
    this.object = object;
    for (Range range : object.ranges()) {
      marks.add(new byte[(range.to() - range.from()) / 2 + 1]);
    }
    follow();
  }

  ArmObject object() {
    return object;
  }

  // --- following the code ------------------------------------------------------------------------

  private void follow() {
    for (String name : LEAVES) {
      object.exports().getOrDefault(name, Set.of()).forEach(it -> leaving.add(it & ~1));
    }
    object.named().forEach(this::start);
    if (object.isCode(object.entry())) {
      start(object.entry());
    }
    object.pointers().stream().filter(it -> (it & 1) != 0).forEach(this::start);
    drain();
    long thumb = object.named().stream().filter(it -> (it & 1) != 0).count();
    int mode = object.named().isEmpty() || thumb * 2 >= object.named().size() ? 1 : 0;
    int[] unsaid = object.starts();
    for (int start : unsaid) {
      if (mark(start) == 0) {
        start(start | mode);
        drain();
      } else if ((mark(start) & WHAT) == THUMB || (mark(start) & WHAT) == ARM) {
        starts.add(start);
      }
    }
    for (int pointer : object.pointers()) { // to ARM code, which a pointer to data looks like
      if ((pointer & 3) == 0 && Arrays.binarySearch(unsaid, pointer) >= 0) {
        start(pointer);
      }
    }
    drain();
    functions = starts.stream().mapToInt(Integer::intValue).toArray();
    branches.sort();
    calls.sort();
    addresses.sort();
  }

  private void start(int pointer) {
    int address = pointer & ~1;
    if (object.isCode(address)) {
      starts.add(address);
      enqueue(address, (pointer & 1) != 0);
    }
  }

  private void enqueue(int address, boolean thumb) {
    queue.add((long) address << 1 | (thumb ? 1 : 0));
  }

  private void drain() {
    while (!queue.isEmpty()) {
      long next = queue.remove();
      flow((int) (next >> 1), (next & 1) != 0);
    }
  }

  private OptionalInt range(int address) {
    for (int i = 0; i < object.ranges().size(); i++) {
      Range range = object.ranges().get(i);
      if (address >= range.from() && address < range.to()) {
        return OptionalInt.of(i);
      }
    }
    return OptionalInt.empty();
  }

  private void flow(int start, boolean thumb) {
    OptionalInt found = range(start);
    if (found.isEmpty() || (start & (thumb ? 1 : 3)) != 0) {
      return;
    }
    Range range = object.ranges().get(found.getAsInt());
    byte[] mark = marks.get(found.getAsInt());
    Literals literals = new Literals();
    int block = 0;
    for (int at = start; at + (thumb ? 2 : 4) <= range.to(); ) {
      int index = (at - range.from()) / 2;
      if (mark[index] != 0 && !(at == start && mark[index] == DATA)) {
        return;
      }
      ArmStep step = decode(range, at, thumb);
      boolean conditional = thumb ? block > 0 : Arm.isConditional(object.half(range, at + 2) << 16);
      mark[index] = (byte) ((thumb ? THUMB : ARM) | (conditional ? CONDITIONAL : 0));
      if (step.length() == 4 && index + 1 < mark.length) {
        mark[index + 1] = INSIDE;
      }
      boolean ends = step.ends();
      switch (step.kind()) {
        case BRANCH, CALL -> ends |= goes(at, step);
        case TABLE -> table(at, step.value(), literals.entries(step.second()));
        case SERVICE -> {
          if (services.size() < MOST_SERVICES) {
            services.add(at);
          }
        }
        case LITERAL -> literal(step.value());
        default -> {}
      }
      literals.see(at, step);
      block = step.kind() == Kind.BLOCK ? step.value() : Math.max(0, block - 1);
      if (ends && !conditional) {
        return;
      }
      at += step.length();
    }
  }

  private ArmStep decode(Range range, int at, boolean thumb) {
    int half = object.half(range, at);
    boolean more = at + 4 <= range.to();
    int next = more ? object.half(range, at + 2) : 0;
    if (thumb) {
      return Thumb.isLong(half) && !more ? ArmStep.leave(2) : Thumb.decode(at, half, next);
    }
    return Arm.decode(at, next << 16 | half);
  }

  /** Whether what comes behind it is not reached. */
  private boolean goes(int at, ArmStep step) {
    int target = step.value();
    boolean thumb = step.second() == 1;
    Optional<String> stub = stub(target, thumb);
    if (stub.isPresent()) {
      stubs.computeIfAbsent(stub.get(), any -> new ArrayList<>()).add(at);
      return LEAVES.contains(stub.get());
    }
    if (!object.isCode(target)) {
      return false;
    }
    enqueue(target, thumb);
    if (step.kind() == Kind.CALL) {
      starts.add(target);
      calls.add(at, target);
      return leaving.contains(target);
    }
    branches.add(at, target);
    return false;
  }

  /** The name that a stub of the procedure linkage table jumps to; empty where there is none. */
  private Optional<String> stub(int target, boolean thumb) {
    return knownStubs.computeIfAbsent(target, any -> findStub(target, thumb));
  }

  private Optional<String> findStub(int target, boolean thumb) {
    OptionalInt found = range(target);
    if (found.isEmpty() || object.slots().isEmpty()) {
      return Optional.empty();
    }
    Range range = object.ranges().get(found.getAsInt());
    int at = target;
    if (thumb) {
      if (object.half(range, target) != 0x4778) { // bx pc
        return Optional.empty();
      }
      at += 4;
    }
    int place = 0;
    for (int i = 0; i < 3 && (at & 3) == 0 && at + 4 <= range.to(); i++, at += 4) {
      int word = object.half(range, at + 2) << 16 | object.half(range, at);
      if ((word & 0xfffff000) == 0xe5bcf000 && i > 0) { // ldr pc, [ip, #n]!
        return Optional.ofNullable(object.slots().get(place + (word & 0xfff)));
      }
      ArmStep step = Arm.decode(at, word);
      if (i == 0 && step.kind() == Kind.SET && step.first() == 12) {
        place = step.value();
      } else if (i > 0 && step.kind() == Kind.COPY && step.first() == 12 && step.second() == 12) {
        place += step.value();
      } else {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  /**
   * Has as many entries as the comparison before it lets through; and cases follow their table, so
   * that it ends at the latest where the nearest of them begins.
   */
  private void table(int at, int size, int entries) {
    int base = at + 4;
    OptionalInt found = range(base);
    if (found.isEmpty()) {
      return;
    }
    Range range = object.ranges().get(found.getAsInt());
    int nearest = range.to();
    for (int i = 0; i < entries; i++) {
      int entry = base + i * size;
      if (entry + size > nearest || entry + 2 > range.to()) {
        return;
      }
      int half = object.half(range, entry & ~1);
      int distance = size == 2 ? half : half >>> ((entry & 1) * 8) & 0xff;
      int target = base + distance * 2;
      if (distance == 0 || !object.isCode(target)) {
        return;
      }
      nearest = Math.min(nearest, target);
      data(entry & ~1);
      branches.add(at, target);
      enqueue(target, true);
    }
  }

  private void literal(int address) {
    data(address);
    data(address + 2);
  }

  private void data(int address) {
    OptionalInt found = range(address);
    if (found.isPresent()) {
      byte[] mark = marks.get(found.getAsInt());
      int index = (address - object.ranges().get(found.getAsInt()).from()) / 2;
      if (mark[index] == 0) {
        mark[index] = DATA;
      }
    }
  }

  /** Addresses of functions that code makes of a literal and its own place, or as constants. */
  private final class Literals {
    private final int[] value = new int[16];
    private int known;
    private int compared = -1;
    private int limit;

    int entries(int register) {
      return register == compared && limit >= 0 && limit < MOST_ENTRIES ? limit + 1 : MOST_ENTRIES;
    }

    void see(int at, ArmStep step) {
      int register = step.first();
      switch (step.kind()) {
        case LITERAL -> {
          OptionalInt word = object.word(step.value());
          known &= ~(1 << register);
          word.ifPresent(it -> put(at, register, it));
        }
        case COMPARE -> {
          compared = register;
          limit = step.value();
        }
        case SET -> put(at, register, step.value());
        case SET_HIGH -> {
          if ((known >>> register & 1) != 0) {
            put(at, register, (step.value() << 16) | (value[register] & 0xffff));
          }
        }
        case ADD_PC -> {
          if ((known >>> register & 1) != 0) {
            take(at, value[register] + step.value());
            known &= ~(1 << register);
          }
        }
        default -> {}
      }
    }

    private void put(int at, int register, int number) {
      value[register] = number;
      known |= 1 << register;
      if (!object.isMovable()) {
        take(at, number);
      }
    }

    private void take(int at, int pointer) {
      if (!object.isCode(pointer)) {
        return;
      }
      if ((pointer & 1) != 0) {
        start(pointer);
        addresses.add(at, pointer & ~1);
      } else if (object.named().contains(pointer)) {
        addresses.add(at, pointer);
      }
    }
  }

  // --- what was found ----------------------------------------------------------------------------

  private byte mark(int address) {
    OptionalInt found = range(address);
    return found.isEmpty()
        ? 0
        : marks.get(found.getAsInt())[(address - object.ranges().get(found.getAsInt()).from()) / 2];
  }

  private boolean isStep(int address) {
    int what = mark(address) & WHAT;
    return what == THUMB || what == ARM;
  }

  boolean isThumb(int address) {
    return (mark(address) & WHAT) == THUMB;
  }

  boolean isConditional(int address) {
    return (mark(address) & CONDITIONAL) != 0;
  }

  /** The instruction at an address that one was found at. */
  ArmStep step(int address) {
    Range range = object.ranges().get(range(address).orElseThrow());
    return decode(range, address, isThumb(address));
  }

  /** The instruction from which control comes to the one behind it; empty where none does. */
  OptionalInt before(int address) {
    for (int back = 2; back <= 4; back += 2) {
      int at = address - back;
      if (isStep(at)) {
        ArmStep step = step(at);
        boolean reaches =
            step.length() == back
                && isThumb(at) == isThumb(address)
                && (!step.ends() || isConditional(at));
        return reaches ? OptionalInt.of(at) : OptionalInt.empty();
      }
    }
    return OptionalInt.empty();
  }

  /** Addresses of {@code svc}, in the order in which they were found. */
  List<Integer> services() {
    return services;
  }

  /** Whether a {@code svc} is as compilers make it: with 0, or in ARM code with the number. */
  boolean isCall(int service) {
    int value = step(service).value();
    return value == 0 || (!isThumb(service) && value >= Arm.OLD_ABI);
  }

  /** The function that an address belongs to: where it starts. */
  int function(int address) {
    int at = Arrays.binarySearch(functions, address);
    int index = at < 0 ? -at - 2 : at;
    return index < 0 ? 0 : functions[index];
  }

  boolean isStart(int address) {
    return Arrays.binarySearch(functions, address) >= 0;
  }

  Edges branches() {
    return branches;
  }

  Edges calls() {
    return calls;
  }

  /** Where which function's address is made. */
  Edges addresses() {
    return addresses;
  }

  /** By the name of another file's function, where it is called. */
  Map<String, List<Integer>> stubs() {
    return stubs;
  }

  /** How many instructions were found, by mode. */
  long[] counts() {
    long[] counts = new long[2];
    for (byte[] mark : marks) {
      for (byte each : mark) {
        if ((each & WHAT) == THUMB) {
          counts[0]++;
        } else if ((each & WHAT) == ARM) {
          counts[1]++;
        }
      }
    }
    return counts;
  }
}
