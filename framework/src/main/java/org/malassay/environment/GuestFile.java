package org.malassay.environment;

/**
 * What a guest answers when a file of it is read.
 *
 * @param kind what the answer is
 * @param contents the beginning of the file, and its size; of use when it was read
 * @param changed whether it has changed since the sample was started; of use when it was read
 * @param why why it could not be read, in words; empty when it was
 */
public record GuestFile(Kind kind, Output contents, boolean changed, String why) {

  /** The kinds of answers. */
  public enum Kind {
    /** The beginning of the file is there, all of it if it is not too large. */
    READ,
    /** There is something that has no contents to keep: a folder, a device. */
    NO_FILE,
    /** There is nothing, or nothing that can be read; another path may be read. */
    UNREADABLE,
    /** The guest does not answer, and will not answer for another path. */
    SILENT
  }

  public static final GuestFile NO_FILE = new GuestFile(Kind.NO_FILE, Output.NONE, false, "");
  public static final GuestFile SILENT =
      new GuestFile(Kind.SILENT, Output.NONE, false, "the guest did not answer any more");

  /**
   * One that was read.
   *
   * @param changed false when the guest knows that it is as it was before the sample
   */
  public static GuestFile read(Output contents, boolean changed) {
    return new GuestFile(Kind.READ, contents, changed, "");
  }

  /**
   * One that could not be.
   *
   * @param why in words, such as {@code it is a symbolic link}
   */
  public static GuestFile unreadable(String why) {
    return new GuestFile(Kind.UNREADABLE, Output.NONE, false, why);
  }
}
