package org.malassay.firmware;

/**
 * A file, folder, link or device of a file system or archive of an image. Nothing of it is ever
 * written to this machine.
 *
 * @param part the index of its part in the list of parts
 * @param path absolute, as in {@code /bin/busybox}: no empty, {@code .} or {@code ..} step, made of
 *     the image's bytes by {@code SafeText}
 * @param mode the permission bits, with set-user-id, set-group-id and sticky
 * @param owner the user's number
 * @param target where a link leads, empty for all else
 * @param size in bytes; that of the content unless it was cut
 * @param content of a file, empty for all else and when it is cut; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // read once, by one
public record Entry(
    int part,
    String path,
    Kind kind,
    int mode,
    long owner,
    String target,
    long size,
    byte[] content) {
  /** What it is. */
  public enum Kind {
    FILE,
    /** A file whose content is longer than the bound for one, or unreadable. */
    CUT_FILE,
    FOLDER,
    LINK,
    DEVICE,
    OTHER
  }
}
