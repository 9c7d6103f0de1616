package org.malassay.firmware.kernel;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Versions of kernels, of which the first three numbers count. */
final class Versions {
  private static final Pattern NUMBERS =
      Pattern.compile("(\\d{1,6})(?:\\.(\\d{1,6}))?(?:\\.(\\d{1,6}))?.*");

  private Versions() {}

  /** Less than 0 if the first one is older; a text that is no version is older than all. */
  static int compare(String one, String other) {
    return Long.compare(number(one), number(other));
  }

  private static long number(String version) {
    Matcher numbers = NUMBERS.matcher(version);
    if (!numbers.matches()) {
      return -1;
    }
    long number = 0;
    for (int i = 1; i <= 3; i++) {
      number =
          number * 1_000_000 + (numbers.group(i) == null ? 0 : Long.parseLong(numbers.group(i)));
    }
    return number;
  }
}
