package org.malassay.features;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.malassay.elf.ElfFacts.ObjectType;
import org.malassay.elf.ElfLayout;
import org.malassay.elf.ElfLayout.Symbol;
import org.malassay.elf.ElfSection;
import org.malassay.elf.ElfSegment;

/**
 * Where in a file instructions lie, and of which instruction set.
 *
 * <p>Code is what sections say that are executable, as long as an executable segment loads each of
 * them; else the executable segments, with all that linkers put in there besides. A byte counts
 * once, in however many of them it is.
 *
 * <p>What is ARM, Thumb and data within is told by mapping symbols ({@code $a}, {@code $t}, {@code
 * $x}, {@code $d}; ELF for the Arm Architecture, 5.5.5), which {@code strip} removes. Without them,
 * windows of 512 bytes are looked at: unconditional ARM instructions have 1110 in their first four
 * bits, and almost all are. A window is ARM where half or more of its words have, Thumb where three
 * tenths or fewer have, and between these the same as the one before; at first, and where the entry
 * point lies, what its lowest bit says. In static programs of Debian's compilers for armhf and
 * armel (550 KB of code of a C library) that is right for 99.8 % of the bytes. Pools of literals
 * are then taken for instructions.
 */
final class CodeMap {
  private static final Pattern MARK = Pattern.compile("\\$[atxd](?:\\..*)?", Pattern.DOTALL);

  private static final int WINDOW = 512;
  private static final double ARM_FROM = 0.5;
  private static final double THUMB_UP_TO = 0.3;

  private final byte[] file;
  private final ElfLayout elf;
  private final InstructionSet given;
  private final Map<InstructionSet, List<Span>> code = new EnumMap<>(InstructionSet.class);
  private final boolean mapped;
  private int total;
  private int data;

  private CodeMap(byte[] file, ElfLayout elf, InstructionSet given) {
    this.file = file;
    this.elf = elf;
    this.given = given;
    List<Place> places = apart(places());
    NavigableMap<Integer, Optional<InstructionSet>> marks = marks(places);
    this.mapped = !marks.isEmpty();
    for (Place place : places) {
      total += place.span().length();
      if (mapped) {
        byMarks(place.span(), marks);
      } else if (given == InstructionSet.ARM) {
        byWindows(place.span());
      } else {
        add(given, place.span().from(), place.span().to());
      }
    }
  }

  /** The map of an ELF file; empty when its instructions are none that are counted. */
  static Optional<CodeMap> of(byte[] file, ElfLayout elf) {
    return InstructionSet.of(elf.architecture()).map(given -> new CodeMap(file, elf, given));
  }

  /** Whether mapping symbols tell it. */
  boolean isMapped() {
    return mapped;
  }

  /** How many bytes can be executed. */
  int total() {
    return total;
  }

  /** How many of them mapping symbols say to be data. */
  int data() {
    return data;
  }

  /** The spans of each instruction set, in the order of the file. */
  Map<InstructionSet, List<Span>> code() {
    return code;
  }

  /**
   * A part of the file that is executable.
   *
   * @param section its index; -1 of a segment
   * @param address in memory, or 0 in an object file
   */
  private record Place(Span span, int section, long address) {}

  private List<Place> places() {
    List<ElfSection> sections = elf.sections();
    List<Integer> executable =
        IntStream.range(0, sections.size()).filter(i -> sections.get(i).isCode()).boxed().toList();
    boolean sound =
        !executable.isEmpty()
            && (elf.type() == ObjectType.RELOCATABLE
                || executable.stream().map(sections::get).allMatch(this::isLoaded));
    if (sound) {
      return executable.stream().map(i -> place(i, sections.get(i))).toList();
    }
    return elf.segments().stream()
        .filter(ElfSegment::isCode)
        .map(
            segment ->
                new Place(
                    Span.of(segment.offset(), segment.fileSize(), file.length),
                    -1,
                    segment.address()))
        .toList();
  }

  private Place place(int index, ElfSection section) {
    return new Place(
        Span.of(section.offset(), section.size(), file.length),
        index,
        elf.type() == ObjectType.RELOCATABLE ? 0 : section.address());
  }

  private boolean isLoaded(ElfSection section) {
    return elf.segments().stream()
        .filter(ElfSegment::isCode)
        .anyMatch(
            segment ->
                section.offset() >= segment.offset()
                    && section.size() >= 0
                    && section.size() <= segment.fileSize()
                    && section.offset() - segment.offset() <= segment.fileSize() - section.size());
  }

  /** In the order of the file, without what an earlier one has. */
  private static List<Place> apart(List<Place> places) {
    List<Place> apart = new ArrayList<>();
    int end = 0;
    for (Place place :
        places.stream().sorted(Comparator.comparingInt((Place it) -> it.span().from())).toList()) {
      int from = Math.max(end, place.span().from());
      if (from < place.span().to()) {
        apart.add(
            new Place(
                new Span(from, place.span().to()),
                place.section(),
                place.address() + (from - place.span().from())));
        end = place.span().to();
      }
    }
    return apart;
  }

  /** Where in the file an instruction set, or data, begins. */
  private NavigableMap<Integer, Optional<InstructionSet>> marks(List<Place> places) {
    Map<Integer, List<Place>> bySection = new TreeMap<>();
    for (Place place : places) {
      bySection.computeIfAbsent(place.section(), any -> new ArrayList<>()).add(place);
    }
    NavigableMap<Integer, Optional<InstructionSet>> marks = new TreeMap<>();
    for (Symbol symbol : elf.symbols()) {
      if (MARK.matcher(symbol.name()).matches()) {
        for (Place place : bySection.getOrDefault(symbol.section(), List.of())) {
          long within = symbol.value() - place.address();
          if (within >= 0 && within < place.span().length()) {
            marks.put(place.span().from() + (int) within, marked(symbol.name().charAt(1)));
          }
        }
      }
    }
    return marks;
  }

  /** What begins at a mapping symbol; nothing where that is data. */
  private static Optional<InstructionSet> marked(char letter) {
    return switch (letter) {
      case 'a' -> Optional.of(InstructionSet.ARM);
      case 't' -> Optional.of(InstructionSet.THUMB);
      case 'x' -> Optional.of(InstructionSet.A64);
      default -> Optional.empty();
    };
  }

  private void byMarks(Span span, NavigableMap<Integer, Optional<InstructionSet>> marks) {
    Optional<InstructionSet> set = Optional.of(given);
    int from = span.from();
    for (var mark : marks.subMap(span.from(), true, span.to(), false).entrySet()) {
      add(set, from, mark.getKey());
      from = mark.getKey();
      set = mark.getValue();
    }
    add(set, from, span.to());
  }

  private void byWindows(Span span) {
    InstructionSet entered = (elf.entry() & 1) == 0 ? InstructionSet.ARM : InstructionSet.THUMB;
    OptionalLong entry = elf.entry() == 0 ? OptionalLong.empty() : elf.offset(elf.entry() & ~1L);
    InstructionSet set = entered;
    for (int from = span.from(); from < span.to(); from += WINDOW) {
      int to = Math.min(span.to(), from + WINDOW);
      double share = unconditional(from, to);
      if (entry.isPresent() && entry.getAsLong() >= from && entry.getAsLong() < to) {
        set = entered;
      } else if (share >= ARM_FROM) {
        set = InstructionSet.ARM;
      } else if (share <= THUMB_UP_TO) {
        set = InstructionSet.THUMB;
      }
      add(set, from, to);
    }
  }

  /** The share of words that would be unconditional ARM instructions. */
  private double unconditional(int from, int to) {
    ByteBuffer words = ByteBuffer.wrap(file).order(elf.codeOrder());
    int found = 0;
    int all = 0;
    for (int at = from; at + 4 <= to; at += 4) {
      found += words.getInt(at) >>> 28 == 0xe ? 1 : 0;
      all++;
    }
    return all == 0 ? 0 : (double) found / all;
  }

  private void add(Optional<InstructionSet> set, int from, int to) {
    if (set.isPresent()) {
      add(set.get(), from, to);
    } else {
      data += to - from;
    }
  }

  private void add(InstructionSet set, int from, int to) {
    int whole = (to - from) / set.unit() * set.unit();
    if (whole > 0) {
      code.computeIfAbsent(set, any -> new ArrayList<>()).add(new Span(from, from + whole));
    }
  }
}
