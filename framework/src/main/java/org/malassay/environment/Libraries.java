package org.malassay.environment;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The interpreter and libraries that a guest was given because its sample needs them and the guest
 * lacked them.
 *
 * @param added what was put into the guest, in the order in which it was found to be needed
 * @param lacking what is needed, is not in the guest, and could not be put there, each with the
 *     reason: hostile text
 */
public record Libraries(List<Added> added, List<String> lacking) {
  /** The sample needs nothing that the guest lacks. */
  public static final Libraries NONE = new Libraries(List.of(), List.of());

  public Libraries {
    added = List.copyOf(added);
    lacking = List.copyOf(lacking);
  }

  /**
   * One file.
   *
   * @param path where it lies in the guest
   * @param from where it comes from, such as {@code libc6:armel 2.36-9}, or a file of the user's
   */
  public record Added(String path, String from) {}

  /** What was added in one line, such as {@code /lib/ld-linux.so.3 (libc6:armel 2.36-9)}. */
  public String addedInOneLine() {
    return added.stream()
        .map(file -> "%s (%s)".formatted(file.path(), file.from()))
        .collect(Collectors.joining("; "));
  }
}
