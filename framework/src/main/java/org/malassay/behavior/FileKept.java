package org.malassay.behavior;

import java.time.Duration;

/**
 * A file that the sample made or changed, whose contents are in the evidence.
 *
 * @param at when it was read
 * @param path in the guest
 * @param size in bytes
 * @param kept how many of them were kept: less than the size when the file was too large
 * @param sha256 of what was kept, in lower-case hexadecimal digits; the name by which it is kept
 * @param type what kind of file it is, in words
 * @param evidence the name of the archive in the folder of evidence
 */
public record FileKept(
    Duration at,
    Origin origin,
    String path,
    long size,
    long kept,
    String sha256,
    String type,
    String evidence)
    implements Event {

  static final EventKind<FileKept> KIND =
      new EventKind<>(
          "file_kept",
          FileKept.class,
          Facet.FILES,
          "file",
          "info",
          FileKept::write,
          FileKept::read);

  private void write(Fields to) {
    to.put(Field.PATH, path);
    to.put(Field.FILE_SIZE, size);
    to.put(Field.SHA256, sha256);
    to.put(Field.FILE_KEPT, kept);
    to.put(Field.FILE_TYPE, type);
    to.put(Field.EVIDENCE, evidence);
  }

  private static FileKept read(Fields from) {
    return new FileKept(
        from.at(),
        from.origin(),
        from.text(Field.PATH),
        from.number(Field.FILE_SIZE),
        from.number(Field.FILE_KEPT),
        from.text(Field.SHA256),
        from.text(Field.FILE_TYPE),
        from.text(Field.EVIDENCE));
  }
}
