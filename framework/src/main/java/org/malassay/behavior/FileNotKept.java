package org.malassay.behavior;

import java.time.Duration;

/**
 * A file that the sample made or changed, whose contents could not be kept.
 *
 * @param at when that was found
 * @param path in the guest
 * @param why in words, such as {@code it was removed before it could be read}
 */
public record FileNotKept(Duration at, Origin origin, String path, String why) implements Event {

  static final EventKind<FileNotKept> KIND =
      new EventKind<>(
          "file_not_kept",
          FileNotKept.class,
          Facet.FILES,
          "file",
          "info",
          FileNotKept::write,
          FileNotKept::read);

  private void write(Fields to) {
    to.put(Field.PATH, path);
    to.put(Field.FAILURE, why);
  }

  private static FileNotKept read(Fields from) {
    return new FileNotKept(
        from.at(), from.origin(), from.text(Field.PATH), from.text(Field.FAILURE));
  }
}
