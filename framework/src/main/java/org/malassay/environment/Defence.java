package org.malassay.environment;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A hardening that an environment can be opened with: {@code -Denv=raspbian+loginguard}.
 *
 * @param name lower-case letters, digits, dots and hyphens
 * @param what it does, in one sentence without its full stop
 */
public record Defence(String name, String what) {
  /** Between an environment and its defences. */
  public static final String AND = "+";

  private static final Pattern NAME = Pattern.compile("[a-z0-9]+([.-][a-z0-9]+)*");

  public Defence {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "the defence \"%s\" is not named by lower-case letters, digits, dots and hyphens"
              .formatted(name));
    }
    if (what.isBlank()) {
      throw new IllegalArgumentException(
          "the defence %s does not say what it does".formatted(name));
    }
  }

  /** The environment that an environment of this name is without its defences. */
  public static String environment(String name) {
    int and = name.indexOf(AND);
    return and < 0 ? name : name.substring(0, and);
  }

  /**
   * The name of an environment that has defences: {@code raspbian+loginguard}.
   *
   * @param defences in the order in which it offers them
   */
  public static String join(String environment, List<String> defences) {
    return defences.isEmpty() ? environment : environment + AND + String.join(AND, defences);
  }
}
