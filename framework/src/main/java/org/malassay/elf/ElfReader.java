package org.malassay.elf;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.malassay.elf.ElfFacts.Endianness;
import org.malassay.elf.ElfFacts.FloatAbi;
import org.malassay.elf.ElfFacts.Linkage;
import org.malassay.elf.ElfFacts.Loading;
import org.malassay.elf.ElfFacts.ObjectType;

/**
 * Reads the headers of one ELF file; {@link ElfFacts} states the rules. Layouts and numbers are
 * those of the System V gABI. Every size is bounded here, every position by {@link Bytes}.
 */
final class ElfReader {
  private static final int MAGIC = 0x7f454c46;

  private static final int EM_386 = 3;
  private static final int EM_ARM = 40;
  private static final int EM_AARCH64 = 183;

  private static final int PT_DYNAMIC = 2;
  private static final int PT_INTERP = 3;
  private static final int PT_GNU_STACK = 0x6474e551;

  private static final int SHT_SYMTAB = 2;
  private static final int SHT_ARM_ATTRIBUTES = 0x70000003;

  private static final long DT_NULL = 0;
  private static final long DT_NEEDED = 1;
  private static final long DT_STRTAB = 5;
  private static final long DT_SONAME = 14;
  private static final long DT_RPATH = 15;
  private static final long DT_RUNPATH = 29;
  private static final long DT_VERDEF = 0x6ffffffcL;
  private static final long DT_VERNEED = 0x6ffffffeL;
  private static final long DT_FLAGS_1 = 0x6ffffffb;
  private static final long DF_1_PIE = 0x08000000;

  private static final int EF_ARM_ABI_FLOAT_SOFT = 0x200;
  private static final int EF_ARM_ABI_FLOAT_HARD = 0x400;

  private static final int MAX_SEGMENT_TABLE = 64 * 1024;

  /**
   * The size of a page of Linux on 32-bit ARM, whose loader takes no larger table of program
   * headers.
   */
  private static final int PAGE = 4096;

  private static final int MAX_SECTION_TABLE = 4 * 1024 * 1024;
  private static final int MAX_DYNAMIC = 64 * 1024;
  private static final int MAX_ATTRIBUTES = 64 * 1024;
  private static final int PATH_MAX = 4096;
  private static final int MAX_NEEDED = 256;
  private static final int MAX_NEEDED_NAME = 255;
  private static final int MAX_FOLDERS = 64;

  private static final byte[] UPX_MARK = {'U', 'P', 'X', '!'};

  /** UPX's {@code l_info} follows the program headers; its {@code PackHeader} ends the file. */
  private static final int UPX_HEAD = 64;

  private static final int UPX_TAIL = 128;

  private final Bytes file;
  private final ByteBuffer header;
  private final boolean wide;
  private final int machine;
  private final Table segmentTable;
  private final Table sectionTable;
  private final List<ElfSegment> segments;
  private final List<ElfSection> sections;
  private final List<Dynamic> dynamic;

  /** A table of headers as the ELF header has it; {@code entries} may be false or hostile. */
  private record Table(long offset, long entries, int entrySize) {
    /** Where it ends; a table ends at most 2^38 behind its offset. */
    long end() {
      return offset + entries * entrySize;
    }

    boolean isWithin(long fileSize) {
      return entries == 0 || isRangeWithin(offset, entries * entrySize, fileSize);
    }
  }

  private record Dynamic(long tag, long value) {}

  private ElfReader(Bytes file) throws IOException {
    this.file = file;
    // What the file lacks of its header reads as 0.
    header = ByteBuffer.allocate(64).put(file.at(0, 64)).clear();
    header.order(byteOrder(header));
    machine = unsignedShort(18);
    wide = isWide(header, machine);
    segmentTable = segmentTable();
    segments = read(segmentTable, MAX_SEGMENT_TABLE, this::segment);
    sectionTable = sectionTable();
    sections = read(sectionTable, MAX_SECTION_TABLE, this::section);
    dynamic = dynamic();
  }

  static ElfLayout layout(Bytes file) throws IOException {
    ElfReader reader = new ElfReader(file);
    return new ElfLayout(
        file,
        reader.header.order(),
        reader.wide,
        reader.architecture(),
        objectType(reader.unsignedShort(16)),
        reader.word(reader.header, 24),
        reader.header.getInt(reader.flagsPosition()),
        reader.unsignedShort(reader.wide ? 62 : 50),
        reader.segments,
        reader.sections,
        reader.dynamic.stream()
            .collect(Collectors.toMap(Dynamic::tag, Dynamic::value, (earlier, later) -> later)));
  }

  static boolean hasMagic(Bytes file) throws IOException {
    ByteBuffer start = file.at(0, 4);
    return start.remaining() == 4 && start.getInt() == MAGIC;
  }

  static ElfFacts read(Bytes file) throws IOException {
    return new ElfReader(file).facts();
  }

  static ElfLinks links(Bytes file) throws IOException {
    return new ElfReader(file).links();
  }

  private ElfLinks links() throws IOException {
    ElfVersions versions =
        new ElfVersions(file, header.order(), place -> stringAt(place, MAX_NEEDED_NAME));
    Optional<Long> defined = offsetOf(DT_VERDEF);
    Optional<Long> wanted = offsetOf(DT_VERNEED);
    return new ElfLinks(
        architecture(),
        objectType(unsignedShort(16)),
        floatAbi(),
        interpreter(),
        text(DT_SONAME, MAX_NEEDED_NAME),
        needed(),
        folders(DT_RPATH),
        folders(DT_RUNPATH),
        wanted.isPresent() ? versions.needed(wanted.get()) : Map.of(),
        defined.isPresent() ? versions.defined(defined.get()) : Set.of());
  }

  private ElfFacts facts() throws IOException {
    ObjectType type = objectType(unsignedShort(16));
    return new ElfFacts(
        wide ? 64 : 32,
        header.order() == ByteOrder.BIG_ENDIAN ? Endianness.BIG : Endianness.LITTLE,
        architecture(),
        machine,
        type,
        abi(),
        floatAbi(),
        linkage(type),
        interpreter(),
        needed(),
        sections.stream().noneMatch(section -> section.type() == SHT_SYMTAB),
        isUpxPacked(),
        isTruncated(),
        loading(type),
        architecture() == Architecture.ARM && first(PT_GNU_STACK).isEmpty(),
        zeroed());
  }

  // ---- the header

  private static ByteOrder byteOrder(ByteBuffer header) {
    if (isGenericType(header.order(ByteOrder.LITTLE_ENDIAN).getShort(16))) {
      return ByteOrder.LITTLE_ENDIAN;
    }
    if (isGenericType(header.order(ByteOrder.BIG_ENDIAN).getShort(16))) {
      return ByteOrder.BIG_ENDIAN;
    }
    return header.get(5) == 2 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
  }

  private static boolean isGenericType(short type) {
    return type >= 1 && type <= 4;
  }

  private static boolean isWide(ByteBuffer header, int machine) {
    return switch (machine) {
      case EM_ARM, EM_386 -> false;
      case EM_AARCH64 -> true;
      default -> header.get(4) == 2;
    };
  }

  private int unsignedShort(int position) {
    return Short.toUnsignedInt(header.getShort(position));
  }

  /** A number that is as wide as an address. */
  private long word(ByteBuffer buffer, int position) {
    return wide ? buffer.getLong(position) : Integer.toUnsignedLong(buffer.getInt(position));
  }

  private Table segmentTable() {
    return table(word(header, wide ? 32 : 28), wide ? 54 : 42, wide ? 56 : 32);
  }

  private Table sectionTable() throws IOException {
    long offset = word(header, wide ? 40 : 32);
    Table table = table(offset, wide ? 58 : 46, wide ? 64 : 40);
    boolean countedInFirst = offset != 0 && unsignedShort(wide ? 60 : 48) == 0;
    if (!countedInFirst) {
      return table;
    }
    List<ElfSection> first =
        read(new Table(offset, 1, table.entrySize()), table.entrySize(), this::section);
    // 0 sections, too, when the size is larger than any number of sections.
    long count = first.isEmpty() ? 0 : first.get(0).size();
    return new Table(offset, count >>> 32 == 0 ? count : 0, table.entrySize());
  }

  /**
   * A table whose size of an entry and count stand at a position of the header. Like for the
   * kernel, entries of another size than the class's are no table.
   */
  private Table table(long offset, int position, int entrySize) {
    boolean sound = offset != 0 && unsignedShort(position) == entrySize;
    return new Table(offset, sound ? unsignedShort(position + 2) : 0, entrySize);
  }

  private <T> List<T> read(Table table, int maxSize, Function<ByteBuffer, T> entry)
      throws IOException {
    int size = (int) Math.min(maxSize, table.entries() * table.entrySize());
    return entries(file.at(table.offset(), size), table.entrySize(), entry);
  }

  /** The complete entries of a buffer. */
  private <T> List<T> entries(ByteBuffer buffer, int size, Function<ByteBuffer, T> entry) {
    List<T> entries = new ArrayList<>();
    for (int at = 0; at + size <= buffer.limit(); at += size) {
      entries.add(entry.apply(buffer.slice(at, size).order(header.order())));
    }
    return entries;
  }

  private ElfSegment segment(ByteBuffer entry) {
    return wide
        ? new ElfSegment(
            entry.getInt(0),
            entry.getInt(4),
            entry.getLong(8),
            entry.getLong(16),
            entry.getLong(32),
            entry.getLong(40))
        : new ElfSegment(
            entry.getInt(0),
            entry.getInt(24),
            word(entry, 4),
            word(entry, 8),
            word(entry, 16),
            word(entry, 20));
  }

  private ElfSection section(ByteBuffer entry) {
    int name = entry.getInt(0);
    int type = entry.getInt(4);
    return wide
        ? new ElfSection(
            name,
            type,
            entry.getLong(8),
            entry.getLong(16),
            entry.getLong(24),
            entry.getLong(32),
            entry.getInt(40))
        : new ElfSection(
            name,
            type,
            word(entry, 8),
            word(entry, 12),
            word(entry, 16),
            word(entry, 20),
            entry.getInt(24));
  }

  private Dynamic dynamic(ByteBuffer entry) {
    return new Dynamic(word(entry, 0), word(entry, wide ? 8 : 4));
  }

  private Optional<ElfSegment> first(int type) {
    return segments.stream().filter(segment -> segment.type() == type).findFirst();
  }

  // ---- what the header says

  private static ObjectType objectType(int type) {
    return switch (type) {
      case 1 -> ObjectType.RELOCATABLE;
      case 2 -> ObjectType.EXECUTABLE;
      case 3 -> ObjectType.SHARED_OBJECT;
      case 4 -> ObjectType.CORE;
      default -> ObjectType.OTHER;
    };
  }

  private Architecture architecture() {
    return Architecture.ofElf(machine, wide, header.order() == ByteOrder.BIG_ENDIAN);
  }

  private boolean hasFlags() {
    return file.size() >= flagsPosition() + 4;
  }

  private int flagsPosition() {
    return wide ? 48 : 36;
  }

  private int eabi() {
    return header.getInt(flagsPosition()) >>> 24;
  }

  private String abi() {
    if (machine == EM_ARM) {
      return !hasFlags() ? "unknown" : eabi() == 0 ? "OABI" : "EABI" + eabi();
    }
    int osAbi = Byte.toUnsignedInt(header.get(7));
    if (file.size() <= 7) {
      return "unknown";
    }
    return switch (osAbi) {
      case 0 -> "SYSV";
      case 1 -> "HPUX";
      case 2 -> "NETBSD";
      case 3 -> "GNU/Linux";
      case 6 -> "SOLARIS";
      case 8 -> "IRIX";
      case 9 -> "FREEBSD";
      case 12 -> "OPENBSD";
      case 255 -> "STANDALONE";
      default -> "OSABI " + osAbi;
    };
  }

  private FloatAbi floatAbi() throws IOException {
    if (machine != EM_ARM) {
      return FloatAbi.UNSTATED;
    }
    if (eabi() == 5) { // the bits mean something else in the versions before
      int flags = header.getInt(flagsPosition());
      boolean hard = (flags & EF_ARM_ABI_FLOAT_HARD) != 0;
      boolean soft = (flags & EF_ARM_ABI_FLOAT_SOFT) != 0;
      if (hard != soft) {
        return hard ? FloatAbi.HARD : FloatAbi.SOFT;
      }
    }
    for (ElfSection section : sections) {
      if (section.type() == SHT_ARM_ATTRIBUTES) {
        return ArmAttributes.floatAbi(
            file.at(section.offset(), atMost(section.size(), MAX_ATTRIBUTES))
                .order(header.order()));
      }
    }
    return FloatAbi.UNSTATED;
  }

  // ---- what the program headers say

  private Linkage linkage(ObjectType type) {
    boolean program = type == ObjectType.EXECUTABLE || type == ObjectType.SHARED_OBJECT;
    if (!program || loads().findAny().isEmpty()) {
      return Linkage.NONE;
    }
    if (first(PT_INTERP).isPresent()) {
      return Linkage.DYNAMIC;
    }
    if (type == ObjectType.EXECUTABLE) {
      return Linkage.STATIC;
    }
    return first(PT_DYNAMIC).isEmpty() || isMarkedPie() ? Linkage.STATIC_PIE : Linkage.DYNAMIC;
  }

  private Loading loading(ObjectType type) throws IOException {
    boolean program = type == ObjectType.EXECUTABLE || type == ObjectType.SHARED_OBJECT;
    if (architecture() != Architecture.ARM) {
      return Loading.LOADED;
    }
    if (!program
        || segmentTable.entries() == 0
        || segmentTable.entries() * segmentTable.entrySize() > PAGE
        || !segmentTable.isWithin(file.size())) {
      return Loading.REFUSED;
    }
    Optional<ElfSegment> name = first(PT_INTERP);
    if (name.isPresent()) {
      long size = name.get().fileSize();
      if (size < 2 || size > PATH_MAX) {
        return Loading.REFUSED;
      }
      if (!isThere(name.get())) {
        return Loading.UNREADABLE;
      }
      if (file.at(name.get().offset() + size - 1, 1).get() != 0) {
        return Loading.REFUSED;
      }
    }
    return loads().anyMatch(ElfSegment::kills) ? Loading.KILLED : Loading.LOADED;
  }

  private Stream<ElfSegment> loads() {
    return segments.stream().filter(ElfSegment::isLoaded);
  }

  private long zeroed() {
    return loads().mapToLong(load -> load.memorySize() - load.fileSize()).reduce(0, Math::max);
  }

  private boolean isMarkedPie() {
    return dynamic.stream()
        .anyMatch(entry -> entry.tag() == DT_FLAGS_1 && (entry.value() & DF_1_PIE) != 0);
  }

  private Optional<String> interpreter() throws IOException {
    Optional<ElfSegment> segment = first(PT_INTERP);
    return segment.isEmpty()
        ? Optional.empty()
        : string(segment.get().offset(), atMost(segment.get().fileSize(), PATH_MAX));
  }

  /** The entries of {@code PT_DYNAMIC} before {@code DT_NULL}. */
  private List<Dynamic> dynamic() throws IOException {
    Optional<ElfSegment> found = first(PT_DYNAMIC);
    if (found.isEmpty()) {
      return List.of();
    }
    ElfSegment segment = found.get();
    // The loader goes by the address; the offset counts only where the address leads nowhere.
    long offset = offset(segment.address()).orElse(segment.offset());
    ByteBuffer table = file.at(offset, atMost(segment.fileSize(), MAX_DYNAMIC));
    return entries(table, wide ? 16 : 8, this::dynamic).stream()
        .takeWhile(entry -> entry.tag() != DT_NULL)
        .toList();
  }

  /** Where in the file a loaded address comes from. */
  private Optional<Long> offset(long address) {
    return loads().filter(load -> load.has(address)).findFirst().map(load -> load.offset(address));
  }

  private List<String> needed() throws IOException {
    List<String> needed = new ArrayList<>();
    for (Dynamic entry : dynamic) {
      if (entry.tag() == DT_NEEDED && needed.size() < MAX_NEEDED) {
        stringAt(entry.value(), MAX_NEEDED_NAME).ifPresent(needed::add);
      }
    }
    return needed;
  }

  /** The last entry of a kind, like for the loader. */
  private Optional<Dynamic> last(long tag) {
    return dynamic.stream().filter(entry -> entry.tag() == tag).reduce((earlier, later) -> later);
  }

  /** Where in the file an entry leads that is an address. */
  private Optional<Long> offsetOf(long tag) {
    return last(tag).flatMap(entry -> offset(entry.value()));
  }

  private Optional<String> text(long tag, int maxLength) throws IOException {
    Optional<Dynamic> entry = last(tag);
    return entry.isPresent() ? stringAt(entry.get().value(), maxLength) : Optional.empty();
  }

  private List<String> folders(long tag) throws IOException {
    return text(tag, PATH_MAX).stream()
        .flatMap(path -> Arrays.stream(path.split(":", MAX_FOLDERS + 1)))
        .limit(MAX_FOLDERS)
        .toList();
  }

  /** A string of the table that {@code PT_DYNAMIC} names. */
  private Optional<String> stringAt(long place, int maxLength) throws IOException {
    Optional<Long> strings = offsetOf(DT_STRTAB);
    return strings.isPresent() ? string(strings.get() + place, maxLength) : Optional.empty();
  }

  /** The bytes before the first NUL, or all of them; nothing outside the file. */
  private Optional<String> string(long offset, int maxLength) throws IOException {
    return offset < 0 || offset >= file.size()
        ? Optional.empty()
        : Optional.of(new String(file.beforeNul(offset, maxLength), UTF_8));
  }

  // ---- what the file as a whole says

  private boolean isUpxPacked() throws IOException {
    return hasUpxMark(file.at(segmentTable.end(), UPX_HEAD))
        || hasUpxMark(file.at(Math.max(0, file.size() - UPX_TAIL), UPX_TAIL));
  }

  private static boolean hasUpxMark(ByteBuffer buffer) {
    ByteBuffer mark = ByteBuffer.wrap(UPX_MARK);
    for (int at = 0; at + UPX_MARK.length <= buffer.limit(); at++) {
      if (buffer.slice(at, UPX_MARK.length).equals(mark)) {
        return true;
      }
    }
    return false;
  }

  /** Sections do not count: no kernel reads them, and what strips malware often leaves half. */
  private boolean isTruncated() {
    return file.size() < (wide ? 64 : 52)
        || !segmentTable.isWithin(file.size())
        || first(PT_INTERP).filter(path -> !isThere(path)).isPresent()
        || loads().anyMatch(load -> !isThere(load));
  }

  private boolean isThere(ElfSegment segment) {
    return segment.fileSize() == 0
        || isRangeWithin(segment.offset(), segment.fileSize(), file.size());
  }

  /** Whether a range of unsigned numbers lies within a file. */
  private static boolean isRangeWithin(long offset, long length, long fileSize) {
    return offset >= 0 && offset <= fileSize && length >= 0 && length <= fileSize - offset;
  }

  /** An unsigned number, bounded. */
  private static int atMost(long value, int max) {
    return value < 0 || value > max ? max : (int) value;
  }
}
