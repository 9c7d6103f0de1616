package org.malassay.firmware;

/**
 * A stretch of an image, and what became of it. The parts of an image cover it: what nobody
 * understands is a part, too.
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
