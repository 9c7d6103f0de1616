package org.malassay.firmware.program;

import java.nio.ByteBuffer;
import java.util.OptionalInt;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.malassay.elf.ElfLayout;

/**
 * The program properties of {@code NT_GNU_PROPERTY_TYPE_0} (Linux Extensions to gABI, "Program
 * Property"): what all object files have that a file was linked of.
 */
final class GnuProperties {
  private static final int PT_NOTE = 4;
  private static final int PT_GNU_PROPERTY = 0x6474e553;
  private static final String SECTION = ".note.gnu.property";

  private static final int NT_GNU_PROPERTY_TYPE_0 = 5;
  private static final int GNU = 0x474e5500;
  private static final int HEADER = 16;

  /** Of notes, in bytes: real ones have less than a hundred. */
  private static final int MOST = 4096;

  private GnuProperties() {}

  /**
   * The bits of a property.
   *
   * @param type {@code pr_type}, such as {@code GNU_PROPERTY_AARCH64_FEATURE_1_AND}
   * @return empty if the file has no such property
   */
  static OptionalInt bits(byte[] file, ElfLayout elf, int type) {
    return Stream.of(
            spans(elf, PT_GNU_PROPERTY),
            elf.sections().stream()
                .filter(section -> elf.name(section).equals(SECTION))
                .map(section -> new long[] {section.offset(), section.size()}),
            spans(elf, PT_NOTE))
        .flatMap(spans -> spans)
        .map(span -> bits(slice(file, span, elf), elf.isWide() ? 8 : 4, type))
        .flatMapToInt(OptionalInt::stream)
        .findFirst();
  }

  private static Stream<long[]> spans(ElfLayout elf, int type) {
    return elf.segments().stream()
        .filter(segment -> segment.type() == type)
        .map(segment -> new long[] {segment.offset(), segment.fileSize()});
  }

  private static ByteBuffer slice(byte[] file, long[] span, ElfLayout elf) {
    long from = span[0] < 0 || span[0] > file.length ? file.length : span[0];
    long length =
        LongStream.of(span[1] < 0 ? MOST : span[1], MOST, file.length - from).min().orElse(0);
    return ByteBuffer.wrap(file, (int) from, (int) length).slice().order(elf.order());
  }

  private static OptionalInt bits(ByteBuffer notes, int alignment, int type) {
    int at = 0;
    while (at + HEADER <= notes.limit()) {
      int nameSize = notes.getInt(at);
      int size = notes.getInt(at + 4);
      int noteType = notes.getInt(at + 8);
      if (nameSize < 0 || size < 0 || nameSize > MOST || size > MOST) {
        return OptionalInt.empty();
      }
      int from = at + 12 + aligned(nameSize, 4);
      if (noteType == NT_GNU_PROPERTY_TYPE_0 && nameSize == 4 && isGnu(notes, at + 12)) {
        return property(notes, from, Math.min(notes.limit(), from + size), alignment, type);
      }
      at = from + aligned(size, 4);
    }
    return OptionalInt.empty();
  }

  private static boolean isGnu(ByteBuffer notes, int at) {
    int name = 0;
    for (int i = 0; i < 4; i++) {
      name = name << 8 | (notes.get(at + i) & 0xff);
    }
    return name == GNU;
  }

  private static OptionalInt property(
      ByteBuffer notes, int from, int to, int alignment, int wanted) {
    int at = from;
    while (at + 12 <= to) {
      int type = notes.getInt(at);
      int size = notes.getInt(at + 4);
      if (size < 0 || size > MOST) {
        return OptionalInt.empty();
      }
      if (type == wanted && size == 4) {
        return OptionalInt.of(notes.getInt(at + 8));
      }
      at += 8 + aligned(size, alignment);
    }
    return OptionalInt.empty();
  }

  private static int aligned(int size, int to) {
    return (size + to - 1) / to * to;
  }
}
