package org.malassay.features;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Writes PNG (W3C, third edition): grey, eight bits a pixel. The JDK's own writer is in the module
 * {@code java.desktop}, which a small runtime image leaves out, and keeps its settings, such as
 * whether it writes temporary files, for the whole process.
 */
final class Png {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

  private static final int CHUNK = 64 << 10;

  private Png() {}

  static int height(byte[] pixels, int width) {
    return (pixels.length + width - 1) / width;
  }

  /** Lines of so many pixels, from the top; what the last one lacks is black. */
  static byte[] grey(byte[] pixels, int width) {
    int height = height(pixels, width);
    ByteArrayOutputStream png = new ByteArrayOutputStream(pixels.length / 2 + 100);
    png.writeBytes(SIGNATURE);
    ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height).put((byte) 8);
    chunk(png, "IHDR", header.array(), 13);
    Deflater deflater = new Deflater(Deflater.BEST_SPEED);
    try {
      for (int y = 0; y < height; y++) {
        byte[] line = new byte[1 + width]; // begins with the number of its filter, 0
        System.arraycopy(pixels, y * width, line, 1, Math.min(width, pixels.length - y * width));
        deflater.setInput(line);
        while (!deflater.needsInput()) {
          deflate(deflater, png);
        }
      }
      deflater.finish();
      while (!deflater.finished()) {
        deflate(deflater, png);
      }
    } finally {
      deflater.end();
    }
    chunk(png, "IEND", new byte[0], 0);
    return png.toByteArray();
  }

  private static void deflate(Deflater deflater, ByteArrayOutputStream png) {
    byte[] some = new byte[CHUNK];
    int length = deflater.deflate(some);
    if (length > 0) {
      chunk(png, "IDAT", some, length);
    }
  }

  private static void chunk(ByteArrayOutputStream png, String type, byte[] data, int length) {
    CRC32 crc = new CRC32();
    crc.update(type.getBytes(US_ASCII));
    crc.update(data, 0, length);
    png.writeBytes(ByteBuffer.allocate(4).putInt(length).array());
    png.writeBytes(type.getBytes(US_ASCII));
    png.write(data, 0, length);
    png.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
  }
}
