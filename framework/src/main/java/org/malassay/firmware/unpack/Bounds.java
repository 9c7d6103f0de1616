package org.malassay.firmware.unpack;

import java.time.Duration;

/**
 * How much an image may make its reader do. What lies beyond is told as cut, never left out in
 * silence.
 *
 * @param depth how deep formats may lie within each other; a file system in the image itself is 1
 * @param entries how many entries come out of one image; its parts, and what is kept of logs and
 *     trees before the first entry, may be twice as many
 * @param bytes how many bytes of content and of what was decompressed come out of one image
 * @param fileBytes the longest content of one entry; a container that is decompressed as a whole
 *     may have four times as many, and with those around it a quarter of the memory of this Java
 * @param time how long one image is read
 */
public record Bounds(int depth, long entries, long bytes, long fileBytes, Duration time) {
  /** By judgement: several times what the images of routers and cameras have. */
  public static final Bounds DEFAULT =
      new Bounds(8, 300_000, 4L << 30, 64L << 20, Duration.ofMinutes(5));

  /** What can be held in one array, whatever is asked. */
  private static final long ARRAY = Integer.MAX_VALUE - 16;

  public Bounds {
    if (depth < 1 || entries < 1 || bytes < 1 || fileBytes < 1 || time.isNegative()) {
      throw new IllegalArgumentException(
          "bounds of a firmware image have to be positive: depth %d, entries %d, bytes %d, bytes of a file %d, time %s"
              .formatted(depth, entries, bytes, fileBytes, time));
    }
  }

  /** The longest content of one entry that an array can hold. */
  int fileArray() {
    return (int) Math.min(fileBytes, ARRAY);
  }

  /** The longest container that is decompressed as a whole. */
  long containerBytes() {
    return Math.min(Math.min(fileBytes, Long.MAX_VALUE / 4) * 4, Math.min(bytes, ARRAY));
  }
}
