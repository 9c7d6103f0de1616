package org.malassay.environment;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which one of several kinds of an environment it is that samples ran in, where an option chooses
 * it: {@code container} on one kernel or on another. Two of them are two environments to whoever
 * compares, and have names that tell them apart: {@code container (ARM kernel)}.
 *
 * @param name such as {@code ARM kernel}: letters, digits, blanks and {@code +._-}
 * @param option the name of the option that chooses it
 * @param value what it is then
 */
public record Variant(String name, String option, String value) {
  /** The fact of an environment that tells it. */
  public static final String FACT = "variant";

  private static final String NAME = "[A-Za-z0-9](?:[A-Za-z0-9 +._-]{0,38}[A-Za-z0-9])?";
  private static final Pattern TOLD =
      Pattern.compile(
          "(?<name>%s) \\(-D(?<option>[a-z0-9.]+)=(?<value>[a-z0-9.-]+)\\)".formatted(NAME));
  private static final Pattern OF_ONE =
      Pattern.compile("(?<environment>[^ ()]+) \\((?<name>%s)\\)".formatted(NAME));

  public Variant {
    if (!TOLD.matcher(told(name, option, value)).matches()) {
      throw new IllegalArgumentException("no variant: " + told(name, option, value));
    }
  }

  /** The fact's value, such as {@code ARM kernel (-Dcontainer.kernel=arm)}. */
  public String fact() {
    return told(name, option, value);
  }

  private static String told(String name, String option, String value) {
    return "%s (-D%s=%s)".formatted(name, option, value);
  }

  /** That of an environment with these facts, which may be forged; empty where they name none. */
  public static Optional<Variant> of(Map<String, String> facts) {
    Matcher told = TOLD.matcher(facts.getOrDefault(FACT, ""));
    return told.matches()
        ? Optional.of(new Variant(told.group("name"), told.group("option"), told.group("value")))
        : Optional.empty();
  }

  /** The name of an environment that is of this variant. */
  public String in(String environment) {
    return "%s (%s)".formatted(environment, name);
  }

  /** The environment that an environment of this name is a variant of: itself where of none. */
  public static String environment(String name) {
    Matcher variant = OF_ONE.matcher(name);
    return variant.matches() ? variant.group("environment") : name;
  }

  /** The name of the variant that an environment of this name is; empty where it is none. */
  public static Optional<String> nameIn(String name) {
    Matcher variant = OF_ONE.matcher(name);
    return variant.matches() ? Optional.of(variant.group("name")) : Optional.empty();
  }
}
