package org.malassay.firmware.unpack;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.malassay.firmware.Entry;
import org.malassay.firmware.Part;

/**
 * Reads a firmware image: finds the file systems, archives and compressed stretches in it, and what
 * lies in those, down to the bounds. It runs nothing, starts no program and writes nothing.
 *
 * <p>Formats are found by their magic numbers and the sanity of their headers, after binwalk and
 * unblob. What a format was recognised in and could not be read, and what none was recognised in,
 * are parts of their own.
 */
public final class ImageReader {
  private ImageReader() {}

  /**
   * Reads it. The entries come in the order of each part, those of a part that lies in a file just
   * after that file.
   *
   * <p>A kernel has no file in many images: each stretch that holds the banner of one ({@code Linux
   * version 3...}) is a file {@code /(kernel at 0x40)}, decompressed, with all that follows its
   * beginning as far as it is unrecognised or embedded. Likewise {@code /(content at 0x40)} is what
   * was decompressed and is no container, and {@code /(device tree at 0x40)} a device tree.
   *
   * @param to takes each entry, in the calling thread; what it throws ends the reading
   * @return the parts of the image and of its containers; {@code Entry.part()} is an index in it.
   *     Those of one container cover it and do not overlap, in no order
   * @throws IOException if the image itself cannot be read; whatever is wrong in it is no exception
   */
  public static List<Part> read(Path image, Bounds bounds, Consumer<Entry> to) throws IOException {
    return read(ImageFile.open(image), bounds, to);
  }

  static List<Part> read(Source image, Bounds bounds, Consumer<Entry> to) {
    try (Reading reading = new Reading(bounds, to)) {
      new Carver(reading).image(image);
      return reading.parts();
    }
  }
}
