package org.malassay.elf;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.malassay.elf.ElfFacts.ObjectType;

/**
 * Where in an ELF file what lies, read as {@link ElfFacts} reads its headers. Nothing here is
 * checked against the file's end: a place outside the file has no bytes, and what is read is
 * bounded.
 */
public final class ElfLayout {
  /** The header of a 32-bit file for ARM says so of code that is little-endian in any case. */
  private static final int EF_ARM_BE8 = 0x00800000;

  private static final long DT_HASH = 4;
  private static final long DT_STRTAB = 5;
  private static final long DT_SYMTAB = 6;
  private static final long DT_GNU_HASH = 0x6ffffef5L;

  /** A list of so many symbols may have ended before the last one. */
  public static final int MOST_SYMBOLS = 200_000;

  private static final int MAX_NAME = 255;

  private final Bytes file;
  private final ByteOrder order;
  private final boolean wide;
  private final Architecture architecture;
  private final ObjectType type;
  private final long entry;
  private final int flags;
  private final int names;
  private final List<ElfSegment> segments;
  private final List<ElfSection> sections;
  private final Map<Long, Long> dynamic;

  /**
   * One symbol.
   *
   * @param name at most 255 bytes of it, each a character: hostile text
   * @param value an address, or in an object file a place in its section
   * @param size in bytes; 0 if unknown
   * @param info {@code st_info}: its binding and type
   * @param section its index; 0 of a symbol that the file lacks
   */
  public record Symbol(String name, long value, long size, int info, int section) {
    private static final int FUNCTION = 2;

    /** True of a function that the file has. */
    public boolean isDefinedFunction() {
      return (info & 0xf) == FUNCTION && section != 0 && !name.isEmpty();
    }

    /** True of a symbol that the file asks for. */
    public boolean isUndefined() {
      return section == 0 && !name.isEmpty();
    }
  }

  ElfLayout(
      Bytes file,
      ByteOrder order,
      boolean wide,
      Architecture architecture,
      ObjectType type,
      long entry,
      int flags,
      int names,
      List<ElfSegment> segments,
      List<ElfSection> sections,
      Map<Long, Long> dynamic) {
    this.file = file;
    this.order = order;
    this.wide = wide;
    this.architecture = architecture;
    this.type = type;
    this.entry = wide ? entry : Integer.toUnsignedLong((int) entry);
    this.flags = flags;
    this.names = names;
    this.segments = List.copyOf(segments);
    this.sections = List.copyOf(sections);
    this.dynamic = Map.copyOf(dynamic);
  }

  /** Reads the layout of a file; empty when it is no ELF file. */
  public static Optional<ElfLayout> read(byte[] file) {
    try {
      Bytes bytes = Bytes.of(file);
      return ElfReader.hasMagic(bytes) ? Optional.of(ElfReader.layout(bytes)) : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
  }

  public Architecture architecture() {
    return architecture;
  }

  public ObjectType type() {
    return type;
  }

  /** Whether numbers that are addresses have 64 bits. */
  public boolean isWide() {
    return wide;
  }

  /** The order of the bytes of a number. */
  public ByteOrder order() {
    return order;
  }

  /**
   * What the dynamic section says under a tag, the last entry like for the loader; empty when it
   * says nothing.
   *
   * @param tag {@code d_tag}
   */
  public OptionalLong dynamic(long tag) {
    Long value = dynamic.get(tag);
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }

  /** Whether there is a table of all symbols, which {@code strip} removes. */
  public boolean hasSymbols() {
    return sections.stream().anyMatch(section -> section.type() == ElfSection.SYMBOLS);
  }

  /** The order of the bytes of an instruction. */
  public ByteOrder codeOrder() {
    return architecture == Architecture.ARM && (flags & EF_ARM_BE8) != 0
        ? ByteOrder.LITTLE_ENDIAN
        : order;
  }

  /** {@code e_entry}; 0 when there is none. */
  public long entry() {
    return entry;
  }

  /** The program headers, in their order. */
  public List<ElfSegment> segments() {
    return segments;
  }

  /** The section headers, in their order, the first, empty one included. */
  public List<ElfSection> sections() {
    return sections;
  }

  /** The name of a section: hostile text. */
  public String name(ElfSection section) {
    return names < sections.size() ? name(sections.get(names), section.name()) : "";
  }

  private String name(ElfSection table, int offset) {
    long at = Integer.toUnsignedLong(offset);
    return Long.compareUnsigned(at, table.size()) < 0 ? string(table.offset() + at) : "";
  }

  /** The symbols of the file, the first 200,000 of them; none where it is stripped. */
  public List<Symbol> symbols() {
    return sections.stream()
        .filter(section -> section.type() == ElfSection.SYMBOLS)
        .findFirst()
        .filter(section -> section.link() >= 0 && section.link() < sections.size())
        .map(
            section ->
                symbols(
                    section.offset(),
                    bounded(section.size() / symbolSize()),
                    sections.get(section.link()).offset()))
        .orElse(List.of());
  }

  /**
   * The symbols of which a loader knows, the first 200,000 of them; empty where the file is for no
   * loader. They are found by the dynamic section, since samples are often without others. How many
   * there are is told by {@code DT_HASH}, else by a section header, else by {@code DT_GNU_HASH},
   * else by the place of their names, which linkers put behind them.
   */
  public Optional<List<Symbol>> dynamicSymbols() {
    OptionalLong table = place(DT_SYMTAB);
    OptionalLong strings = place(DT_STRTAB);
    if (table.isEmpty() || strings.isEmpty()) {
      return Optional.empty();
    }
    int count =
        Stream.of(hashed(), listed(), gnuHashed())
            .flatMapToInt(OptionalInt::stream)
            .findFirst()
            .orElse(bounded((strings.getAsLong() - table.getAsLong()) / symbolSize()));
    return Optional.of(symbols(table.getAsLong(), count, strings.getAsLong()));
  }

  private OptionalInt hashed() {
    ByteBuffer head = head(DT_HASH);
    return head.remaining() == 8 ? OptionalInt.of(bounded(head.getInt(4))) : OptionalInt.empty();
  }

  private OptionalInt listed() {
    return sections.stream()
        .filter(section -> section.type() == ElfSection.DYNAMIC_SYMBOLS)
        .filter(section -> Objects.equals(dynamic.get(DT_SYMTAB), section.address()))
        .mapToInt(section -> bounded(section.size() / symbolSize()))
        .findFirst();
  }

  /** Those before the first hashed one are the ones that the file asks for. */
  private OptionalInt gnuHashed() {
    ByteBuffer head = head(DT_GNU_HASH);
    // Where nothing is hashed, linkers write 1, however many there are.
    return head.remaining() == 8 && head.getInt(4) > 1
        ? OptionalInt.of(bounded(head.getInt(4)))
        : OptionalInt.empty();
  }

  /** The first two numbers of a table; none where it is not there. */
  private ByteBuffer head(long tag) {
    OptionalLong place = place(tag);
    return place.isPresent() ? at(place.getAsLong(), 8) : ByteBuffer.allocate(0);
  }

  private int symbolSize() {
    return wide ? 24 : 16;
  }

  private static int bounded(long count) {
    return (int) Math.max(0, Math.min(MOST_SYMBOLS, count));
  }

  private List<Symbol> symbols(long table, int count, long strings) {
    ByteBuffer entries = at(table, count * symbolSize());
    List<Symbol> symbols = new ArrayList<>();
    for (int at = 0; at + symbolSize() <= entries.limit(); at += symbolSize()) {
      symbols.add(
          new Symbol(
              string(strings + Integer.toUnsignedLong(entries.getInt(at))),
              wide ? entries.getLong(at + 8) : Integer.toUnsignedLong(entries.getInt(at + 4)),
              wide ? entries.getLong(at + 16) : Integer.toUnsignedLong(entries.getInt(at + 8)),
              Byte.toUnsignedInt(entries.get(at + (wide ? 4 : 12))),
              Short.toUnsignedInt(entries.getShort(at + (wide ? 6 : 14)))));
    }
    return symbols;
  }

  private OptionalLong place(long tag) {
    Long address = dynamic.get(tag);
    return address == null ? OptionalLong.empty() : offset(address);
  }

  /** Where in the file a loaded address comes from. */
  public OptionalLong offset(long address) {
    return segments.stream()
        .filter(ElfSegment::isLoaded)
        .filter(load -> load.has(address))
        .mapToLong(load -> load.offset(address))
        .findFirst();
  }

  private String string(long offset) {
    try {
      return new String(file.beforeNul(offset, MAX_NAME), ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
  }

  private ByteBuffer at(long offset, int length) {
    try {
      return file.at(offset, length).order(order);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
  }
}
