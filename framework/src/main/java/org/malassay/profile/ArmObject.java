package org.malassay.profile;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.malassay.elf.Architecture;
import org.malassay.elf.ElfFacts.ObjectType;
import org.malassay.elf.ElfLayout;
import org.malassay.elf.ElfLayout.Symbol;
import org.malassay.elf.ElfSection;
import org.malassay.elf.ElfSegment;

/** What an ELF file for 32-bit ARM says of its code: where it is, and who refers to it by what. */
final class ArmObject {
  private static final int EXCEPTIONS = 0x70000001;
  private static final int MOST_CODE = 96 << 20;
  private static final int MOST_RANGES = 64;
  private static final int MOST_RELOCATIONS = 1 << 20;
  private static final int MOST_STARTS = 1 << 20;

  private static final long DT_PLTRELSZ = 2;
  private static final long DT_INIT = 12;
  private static final long DT_FINI = 13;
  private static final long DT_REL = 17;
  private static final long DT_RELSZ = 18;
  private static final long DT_JMPREL = 23;
  private static final int RELATIVE = 23;
  private static final int ABS32 = 2;
  private static final int GLOB_DAT = 21;
  private static final int JUMP_SLOT = 22;
  private static final int IRELATIVE = 160;

  /** The type of a symbol that stands for a function which chooses one. */
  private static final int CHOOSER = 10;

  private final String name;
  private final byte[] file;
  private final ElfLayout elf;
  private final ByteBuffer code;
  private final List<Range> ranges = new ArrayList<>();
  private final Map<String, Set<Integer>> exports = new TreeMap<>();
  private final Set<String> taken = new HashSet<>();
  private final Map<Integer, String> slots = new HashMap<>();
  private final Set<Integer> pointers = new HashSet<>();
  private final Set<Integer> unsaid = new HashSet<>();
  private final Set<Integer> named = new HashSet<>();
  private final List<Symbol> symbols;

  /**
   * Where code may be.
   *
   * @param offset of it in the file
   */
  record Range(int from, int to, int offset) {}

  private ArmObject(String name, byte[] file, ElfLayout elf) {
    this.name = name;
    this.file = file;
    this.elf = elf;
    this.code = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    this.symbols = elf.dynamicSymbols().orElse(List.of());
    findRanges();
    findSymbols();
    findPointers();
    findExceptions();
  }

  /**
   * Reads a file; empty when it is no program or library for 32-bit ARM with code in the order of
   * bytes that Linux has there.
   *
   * @param name by which it is told: hostile text
   */
  static Optional<ArmObject> read(String name, byte[] file) {
    return ElfLayout.read(file)
        .filter(elf -> elf.architecture() == Architecture.ARM)
        .filter(
            elf -> elf.type() == ObjectType.EXECUTABLE || elf.type() == ObjectType.SHARED_OBJECT)
        .map(elf -> new ArmObject(name, file, elf));
  }

  private void findRanges() {
    long left = MOST_CODE;
    List<ElfSection> sections = elf.sections().stream().filter(ElfSection::isCode).toList();
    if (!sections.isEmpty()) {
      for (ElfSection section : sections) {
        left -= add(section.address(), section.offset(), section.size(), left);
      }
    } else { // nothing but the segments is left of a file that was stripped of sections
      for (ElfSegment segment : elf.segments()) {
        if (segment.isCode()) {
          left -= add(segment.address(), segment.offset(), segment.fileSize(), left);
        }
      }
    }
    ranges.sort((one, other) -> Integer.compareUnsigned(one.from(), other.from()));
  }

  private long add(long address, long offset, long size, long most) {
    if (offset < 0 || offset >= file.length || size <= 0 || ranges.size() == MOST_RANGES) {
      return 0;
    }
    long length = Math.min(Math.min(size, file.length - offset), most) & ~1L;
    if (length > 0 && address >= 0 && address + length <= 0x7fff_fff0L && (address & 1) == 0) {
      ranges.add(new Range((int) address, (int) (address + length), (int) offset));
      return length;
    }
    return 0;
  }

  private void findSymbols() {
    for (Symbol symbol : symbols) {
      if (isFunction(symbol) && isCode((int) symbol.value())) {
        exports.computeIfAbsent(symbol.name(), any -> new HashSet<>()).add((int) symbol.value());
        named.add((int) symbol.value());
      }
    }
    for (Symbol symbol : elf.symbols()) {
      if (isFunction(symbol) && isCode((int) symbol.value())) {
        named.add((int) symbol.value());
      }
    }
  }

  private static boolean isFunction(Symbol symbol) {
    return symbol.isDefinedFunction()
        || (symbol.section() != 0 && (symbol.info() & 15) == CHOOSER && !symbol.name().isEmpty());
  }

  private void findPointers() {
    elf.dynamic(DT_INIT).ifPresent(at -> point((int) at));
    elf.dynamic(DT_FINI).ifPresent(at -> point((int) at));
    relocate(elf.dynamic(DT_REL), elf.dynamic(DT_RELSZ));
    relocate(elf.dynamic(DT_JMPREL), elf.dynamic(DT_PLTRELSZ));
    if (!isMovable()) {
      findAbsolutePointers();
    }
  }

  /** Where there are no relocations, whatever in the data looks like an address may be one. */
  private void findAbsolutePointers() {
    for (ElfSegment segment : elf.segments()) {
      if (!segment.isLoaded() || segment.isCode() || segment.offset() < 0) {
        continue;
      }
      long end = Math.min(file.length, segment.offset() + Math.max(0, segment.fileSize()));
      for (long at = segment.offset(); at + 4 <= end; at += 4) {
        point(code.getInt((int) at));
      }
    }
  }

  private void relocate(OptionalLong table, OptionalLong size) {
    if (table.isEmpty() || size.isEmpty()) {
      return;
    }
    long count = Math.min(MOST_RELOCATIONS, Math.max(0, size.getAsLong() / 8));
    for (int i = 0; i < count; i++) {
      OptionalInt place = word((int) table.getAsLong() + i * 8);
      OptionalInt info = word((int) table.getAsLong() + i * 8 + 4);
      if (place.isEmpty() || info.isEmpty()) {
        return;
      }
      int symbol = info.getAsInt() >>> 8;
      switch (info.getAsInt() & 0xff) {
        case RELATIVE, IRELATIVE -> word(place.getAsInt()).ifPresent(this::point);
        case JUMP_SLOT -> named(symbol).ifPresent(it -> slots.put(place.getAsInt(), it));
        case ABS32, GLOB_DAT -> named(symbol).ifPresent(taken::add);
        default -> {}
      }
    }
  }

  private Optional<String> named(int symbol) {
    return symbol > 0 && symbol < symbols.size()
        ? Optional.of(symbols.get(symbol).name())
        : Optional.empty();
  }

  private void point(int address) {
    if (isCode(address) && pointers.size() < MOST_STARTS) {
      pointers.add(address);
    }
  }

  private void findExceptions() {
    for (ElfSegment segment : elf.segments()) {
      if (segment.type() != EXCEPTIONS) {
        continue;
      }
      long entries = Math.min(MOST_STARTS, Math.max(0, segment.fileSize() / 8));
      for (int i = 0; i < entries; i++) {
        int at = (int) segment.address() + i * 8;
        OptionalInt word = word(at);
        if (word.isEmpty()) {
          return;
        }
        int start = at + (word.getAsInt() << 1 >> 1);
        if (isCode(start)) {
          unsaid.add(start & ~1);
        }
      }
    }
  }

  String name() {
    return name;
  }

  /** Where code may be, in order. */
  List<Range> ranges() {
    return ranges;
  }

  boolean isCode(int address) {
    for (Range range : ranges) {
      if (address >= range.from() && address < range.to()) {
        return true;
      }
    }
    return false;
  }

  /** The halfword at an address of a range. */
  int half(Range range, int address) {
    return Short.toUnsignedInt(code.getShort(range.offset() + (address - range.from())));
  }

  /** The word at an address of memory, where that comes from the file. */
  OptionalInt word(int address) {
    OptionalLong at = elf.offset(Integer.toUnsignedLong(address));
    return at.isPresent() && at.getAsLong() >= 0 && at.getAsLong() + 4 <= file.length
        ? OptionalInt.of(code.getInt((int) at.getAsLong()))
        : OptionalInt.empty();
  }

  /** Whether it is loaded where the system wants, so that relocations tell all its addresses. */
  boolean isMovable() {
    return elf.type() == ObjectType.SHARED_OBJECT;
  }

  int entry() {
    return (int) elf.entry();
  }

  /** By name, the addresses of its functions; the lowest bit says Thumb. */
  Map<String, Set<Integer>> exports() {
    return exports;
  }

  /** Addresses of all functions that a symbol names; the lowest bit says Thumb. */
  Set<Integer> named() {
    return named;
  }

  /**
   * Names whose address is put into its memory when it is loaded: they may be called from there.
   */
  Set<String> taken() {
    return taken;
  }

  /** By the place of memory that a stub of the procedure linkage table jumps by, a name. */
  Map<Integer, String> slots() {
    return slots;
  }

  /** Addresses of code in its data; the lowest bit says Thumb, where it is code at all. */
  Set<Integer> pointers() {
    return pointers;
  }

  /** Starts of functions of which is not said whether they are Thumb. */
  int[] starts() {
    int[] all = unsaid.stream().mapToInt(Integer::intValue).toArray();
    Arrays.sort(all);
    return all;
  }
}
