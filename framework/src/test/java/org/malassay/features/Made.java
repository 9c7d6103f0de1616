package org.malassay.features;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;

/** Files to make features of: those under {@code src/test/resources/elf}, and made-up ones. */
final class Made {
  static final int EXECUTABLE = 5;
  static final int READABLE = 4;

  private Made() {}

  /** A program or library that a compiler made. */
  static byte[] elf(String name) {
    try (InputStream in = Made.class.getResourceAsStream("/elf/" + name + ".elf")) {
      return Objects.requireNonNull(in, name).readAllBytes();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Bytes without any pattern, the same each time. */
  static byte[] noise(int size) {
    byte[] noise = new byte[size];
    new Random(1).nextBytes(noise);
    return noise;
  }

  /** A loaded part of a made-up program. */
  record Segment(int flags, int offset, int size) {}

  /**
   * A program for little-endian ARM of nothing but headers of segments and contents, as many
   * samples are; the address of a byte is its place in the file.
   *
   * @param contents lie at 4096
   */
  static byte[] program(int entry, List<Segment> segments, byte[] contents) {
    ByteBuffer file = ByteBuffer.allocate(4096 + contents.length).order(ByteOrder.LITTLE_ENDIAN);
    file.put(new byte[] {0x7f, 'E', 'L', 'F', 1, 1, 1}).position(16);
    file.putShort((short) 2).putShort((short) 40).putInt(1).putInt(entry).putInt(52).putInt(0);
    file.putInt(0x05000000).putShort((short) 52).putShort((short) 32);
    file.putShort((short) segments.size());
    file.position(52);
    for (Segment it : segments) {
      file.putInt(1).putInt(it.offset()).putInt(it.offset()).putInt(it.offset());
      file.putInt(it.size()).putInt(it.size()).putInt(it.flags()).putInt(4);
    }
    return file.position(4096).put(contents).array();
  }

  /** The same with section headers at the end of the file, all of the same place. */
  static byte[] sections(int count, int type, int flags, byte[] contents) {
    byte[] program =
        program(4096, List.of(new Segment(EXECUTABLE, 4096, contents.length)), contents);
    ByteBuffer file =
        ByteBuffer.allocate(program.length + count * 40).order(ByteOrder.LITTLE_ENDIAN);
    file.put(program);
    List<Integer> header = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      header.clear();
      header.addAll(List.of(1, i == 0 ? 0 : type, flags, 4096, 4096, contents.length, 0, 0, 4, 0));
      header.forEach(file::putInt);
    }
    file.putInt(32, program.length).putShort(46, (short) 40);
    if (count < 0xff00) {
      file.putShort(48, (short) count);
    } else {
      file.putShort(48, (short) 0).putInt(program.length + 20, count);
    }
    return file.array();
  }
}
