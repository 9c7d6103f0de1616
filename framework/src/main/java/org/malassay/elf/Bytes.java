package org.malassay.elf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * The bytes of a file by position. A position outside the file is never an error: there are then
 * fewer bytes, or none.
 */
public interface Bytes {
  long size();

  /** A buffer of its own with at most {@code length} bytes, fewer where the file ends. */
  ByteBuffer at(long position, int length) throws IOException;

  /** The bytes before the first NUL, or {@code most} of them. */
  default byte[] beforeNul(long position, int most) throws IOException {
    ByteBuffer buffer = at(position, most);
    int length = 0;
    while (length < buffer.limit() && buffer.get(length) != 0) {
      length++;
    }
    byte[] bytes = new byte[length];
    buffer.get(bytes);
    return bytes;
  }

  static Bytes of(byte[] bytes) {
    return new Bytes() {
      @Override
      public long size() {
        return bytes.length;
      }

      @Override
      public ByteBuffer at(long position, int length) {
        int there = within(position, length, bytes.length);
        return there == 0
            ? ByteBuffer.allocate(0)
            : ByteBuffer.wrap(bytes, (int) position, there).slice().asReadOnlyBuffer();
      }
    };
  }

  /**
   * Reads where it is asked to: a memory map would save copies, but ends the process with SIGBUS
   * when the file is cut meanwhile.
   */
  static Bytes of(FileChannel channel) throws IOException {
    long size = channel.size();
    return new Bytes() {
      @Override
      public long size() {
        return size;
      }

      @Override
      public ByteBuffer at(long position, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(within(position, length, size));
        long end = position;
        while (buffer.hasRemaining()) {
          int read = channel.read(buffer, end);
          if (read < 0) {
            break;
          }
          end += read;
        }
        return buffer.flip();
      }
    };
  }

  private static int within(long position, int length, long size) {
    return position < 0 || position >= size ? 0 : (int) Math.min(length, size - position);
  }
}
