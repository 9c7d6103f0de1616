package org.malassay.firmware;

import java.util.Set;

/**
 * A stretch of an image, and what became of it. The parts of an image cover it: what nobody
 * understands is a part, too, in wrappers such as a gzip as well. In file systems it is only beside
 * what is understood in the same file: their files need not be images.
 *
 * @param within the path of the container that it lies in, such as {@code 0x40000.squashfs!/a.tar};
 *     empty for the image itself
 * @param at where it begins there, in bytes
 * @param size in bytes
 * @param format such as {@code squashfs}; {@code unknown} if none was recognised
 * @param detail in words: compression and version, or why it was not read; never empty unless READ
 * @param entries how many entries came out of it
 */
public record Part(
    String within, long at, long size, String format, State state, String detail, long entries) {
  /**
   * An archive with so many entries is a tree of files, as a file system is, if programs are among
   * them; one of fewer is a wrapper of images, with a program that writes them into a device at
   * most.
   */
  public static final int FEWEST_ENTRIES_OF_A_TREE = 64;

  private static final Set<String> FILE_SYSTEMS =
      Set.of("squashfs", "ubifs", "jffs2", "yaffs2", "cramfs", "romfs", "iso9660", "ext");

  /** Whether its format is that of a file system: neither an archive nor a compression. */
  public boolean holdsFileSystem() {
    return FILE_SYSTEMS.contains(format);
  }

  /** What {@link #within} begins with for the parts that lie in this one. */
  public String inside() {
    return "%s0x%x.%s".formatted(within.isEmpty() ? "" : within + "!", at, format);
  }

  /** What became of a part. */
  public enum State {
    READ,
    /** Read up to a bound, or to damage that the detail names. */
    CUT,
    /** Not recognised, and as random as only encrypted or well compressed bytes are. */
    ENCRYPTED,
    /** Not recognised. */
    UNKNOWN,
    /** Recognised, and damaged or hostile from its beginning. */
    REFUSED,
    /** Recognised, and no reader of this machine takes it; the detail says what would. */
    UNSUPPORTED,
    /** Nothing but zeros, 0xff or another single byte. */
    PADDING
  }
}
