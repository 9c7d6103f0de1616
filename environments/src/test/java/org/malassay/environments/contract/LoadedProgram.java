package org.malassay.environments.contract;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;

/** A program for 32-bit ARM that exits with 7, of any size, and how a loader types it. */
final class LoadedProgram {
  /** Bytes that make one line of a loader, which a shell takes as a whole. */
  static final int LINE = 200;

  private static final byte[] ELF_OF_32_BITS = {0x7f, 'E', 'L', 'F', 1, 1, 1};
  private static final short EXECUTABLE = 2;
  private static final short ARM = 40;
  private static final int EABI_5 = 0x0500_0000;
  private static final int BASE = 0x10000;
  private static final short HEADER = 52;
  private static final short SEGMENT = 32;
  private static final int READ_AND_EXECUTE = 5;

  /** {@code mov r0, #7; mov r7, #1; svc 0}. */
  private static final int[] EXIT = {0xe3a0_0007, 0xe3a0_7001, 0xef00_0000};

  private LoadedProgram() {}

  static byte[] of(int size) {
    ByteBuffer file = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    file.put(ELF_OF_32_BITS).position(16);
    file.putShort(EXECUTABLE).putShort(ARM).putInt(1);
    file.putInt(BASE + HEADER + SEGMENT).putInt(HEADER).putInt(0).putInt(EABI_5);
    file.putShort(HEADER).putShort(SEGMENT).putShort((short) 1).position(HEADER);
    file.putInt(1).putInt(0).putInt(BASE).putInt(BASE).putInt(size).putInt(size);
    file.putInt(READ_AND_EXECUTE).putInt(1 << 12);
    for (int instruction : EXIT) {
      file.putInt(instruction);
    }
    while (file.hasRemaining()) {
      file.put((byte) file.position());
    }
    return file.array();
  }

  /** As many bytes as a line has, from there on, as busybox's echo reads them. */
  static String escapes(byte[] program, int from) {
    int to = Math.min(from + LINE, program.length);
    return "\\x" + HexFormat.ofDelimiter("\\x").formatHex(program, from, to);
  }
}
