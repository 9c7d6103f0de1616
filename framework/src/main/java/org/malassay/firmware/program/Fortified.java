package org.malassay.firmware.program;

import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.malassay.firmware.text.WordList;

/**
 * The functions that a C library has a checked variant of, which {@code _FORTIFY_SOURCE} calls:
 * {@code __memcpy_chk} of {@code memcpy}. {@code fortify.list} has their names.
 */
final class Fortified {
  private static final String PREFIX = "__";
  private static final String CHECKED = "_chk";

  /** Of those whose last argument a variant does without, such as {@code __open_2}. */
  private static final String TWO = "_2";

  private static final Set<String> NAMES = names();

  private Fortified() {}

  private static Set<String> names() {
    return WordList.beside(Fortified.class, "fortify.list").stream()
        .map(words -> words.get(0))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Whether a checked variant of a function exists. */
  static boolean canBe(String name) {
    return NAMES.contains(name);
  }

  /** The function that this is the checked variant of. */
  static Optional<String> base(String name) {
    if (!name.startsWith(PREFIX)) {
      return Optional.empty();
    }
    String rest = name.substring(PREFIX.length());
    for (String end : new String[] {CHECKED, TWO}) {
      if (rest.endsWith(end)) {
        return Optional.of(rest.substring(0, rest.length() - end.length())).filter(NAMES::contains);
      }
    }
    return Optional.empty();
  }
}
