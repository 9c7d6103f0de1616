package org.malassay.environments.unikernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * ELF files in which numbers are wrong that a loader goes by.
 *
 * <p>Only headers are changed, and files cut: where kernel and sample share one address space, a
 * program whose code is changed may well overwrite the kernel by itself, and nobody could hold that
 * against the loader. {@link #PROGRAM} does nothing of the kind wherever it is entered, and
 * wherever its bytes are mapped to.
 */
final class MalformedElf {
  /** What {@link #PROGRAM} exits with. */
  static final int STATUS = 7;

  /**
   * Zeros are instructions without effect in ARM and in Thumb; so are, in ARM, the words of the
   * headers, whose condition is "equal", which a program does not begin with. The first instruction
   * after them is a branch in Thumb. There are two segments, the second with zeros behind its
   * file's bytes.
   */
  static final String PROGRAM =
      """
          .syntax unified
          .arm
          .global _start
      _start:
          .zero   256
      arm:
          mov     lr, lr          @ as Thumb: b arm + 32
          mov     r0, #7
          mov     r7, #1
          svc     0
          b       arm
          .balign 32
          .thumb
      thumb:
          movs    r0, #7
          movs    r7, #1
          svc     0
          b       thumb
          .zero   1024
          .data
          .word   1, 2, 3
          .bss
          .space  8192
          .section .note.GNU-stack, "", %progbits
      """;

  private static final int HEADER = 52;
  private static final int PROGRAM_HEADERS = 28;
  private static final int PROGRAM_HEADER = 32;
  private static final int COUNT = 44;

  /** Those of {@link #PROGRAM} that are loaded. */
  private static final int SEGMENTS = 2;

  private static final int PAGE = 4096;

  /** Addresses by which a number may lead out of the sample's memory. */
  private static final int[] BORDERS = {
    0x80000000, 0xbefff000, 0xbf000000, 0xc0000000, 0xc0010000, 0xffff0000
  };

  private final byte[] good;
  private final Random random;
  private final List<Field> fields = new ArrayList<>();

  /**
   * Where a number of the headers lies in the file.
   *
   * @param size in bytes: 2 or 4
   */
  private record Field(String name, int at, int size) {}

  /**
   * The files that can be made of a good one.
   *
   * @param seed of what is chosen at random
   */
  MalformedElf(byte[] good, long seed) {
    this.good = good.clone();
    this.random = new Random(seed);
    fields.add(new Field("e_type", 16, 2));
    fields.add(new Field("e_machine", 18, 2));
    fields.add(new Field("e_entry", 24, 4));
    fields.add(new Field("e_phoff", PROGRAM_HEADERS, 4));
    fields.add(new Field("e_phentsize", 42, 2));
    fields.add(new Field("e_phnum", COUNT, 2));
    for (int i = 0; i < SEGMENTS; i++) {
      int at = in(good).getInt(PROGRAM_HEADERS) + i * PROGRAM_HEADER;
      fields.add(new Field("p_type[%d]".formatted(i), at, 4));
      fields.add(new Field("p_offset[%d]".formatted(i), at + 4, 4));
      fields.add(new Field("p_vaddr[%d]".formatted(i), at + 8, 4));
      fields.add(new Field("p_filesz[%d]".formatted(i), at + 16, 4));
      fields.add(new Field("p_memsz[%d]".formatted(i), at + 20, 4));
      fields.add(new Field("p_flags[%d]".formatted(i), at + 24, 4));
      fields.add(new Field("p_align[%d]".formatted(i), at + 28, 4));
    }
  }

  /** All of them by what was changed, the same ones in the same order for the same seed. */
  Map<String, byte[]> mutants() {
    Map<String, byte[]> mutants = new LinkedHashMap<>();
    for (Field field : fields) {
      int is = get(good, field);
      for (int value : values(field, is).filter(value -> value != is).toArray()) {
        byte[] bytes = good.clone();
        mutants.put(put(bytes, field, value), bytes);
      }
    }
    for (int i = 0; i < 40; i++) {
      byte[] bytes = good.clone();
      mutants.put(putSeveral(bytes), bytes);
    }
    for (int i = 0; i < 20; i++) {
      byte[] bytes = good.clone();
      mutants.put(putAny(bytes), bytes);
    }
    for (int i = 0; i < 20; i++) {
      int length = random.nextInt(i < 10 ? headers() : good.length);
      mutants.put("cut to " + length, Arrays.copyOf(good, length));
    }
    return mutants;
  }

  /** How many bytes the headers have. */
  private int headers() {
    return HEADER + in(good).getShort(COUNT) * PROGRAM_HEADER;
  }

  /** What a number is likely to go wrong at. */
  private static IntStream values(Field field, int is) {
    IntStream values = IntStream.of(0, 1, is - 1, is + 1, -1);
    return field.size() == 2
        ? IntStream.concat(values, IntStream.of(65, Short.MAX_VALUE)).map(value -> value & 0xffff)
        : IntStream.concat(
            values,
            IntStream.concat(IntStream.of(is + PAGE, PAGE - is, -PAGE), Arrays.stream(BORDERS)));
  }

  /** Such as an address and a size whose sum wraps around. */
  private String putSeveral(byte[] bytes) {
    List<String> what = new ArrayList<>();
    for (int changes = 2 + random.nextInt(2); changes > 0; changes--) {
      Field field = fields.get(random.nextInt(fields.size()));
      int[] values = values(field, get(good, field)).toArray();
      what.add(put(bytes, field, values[random.nextInt(values.length)]));
    }
    return String.join(", ", what);
  }

  private String putAny(byte[] bytes) {
    List<String> what = new ArrayList<>();
    for (int changes = 1 + random.nextInt(6); changes > 0; changes--) {
      int at = random.nextInt(headers());
      bytes[at] = (byte) random.nextInt();
      what.add("byte %d = %#04x".formatted(at, bytes[at]));
    }
    return String.join(", ", what);
  }

  private static String put(byte[] bytes, Field field, int value) {
    if (field.size() == 2) {
      in(bytes).putShort(field.at(), (short) value);
    } else {
      in(bytes).putInt(field.at(), value);
    }
    return "%s = %#x".formatted(field.name(), value);
  }

  private static int get(byte[] bytes, Field field) {
    return field.size() == 2
        ? in(bytes).getShort(field.at()) & 0xffff
        : in(bytes).getInt(field.at());
  }

  private static ByteBuffer in(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
