package org.malassay.options;

import java.util.Optional;
import java.util.function.Function;

/**
 * One setting of a run, given as a system property.
 *
 * @param name the property's name, such as {@code time.limit}
 * @param placeholder what stands for the value in the help text, such as {@code DURATION}
 * @param defaultText the default as the user would write it; empty when there is none
 * @param description one line for the help text
 * @param parser makes the value of the text; throws {@link IllegalArgumentException} with a message
 *     that says what is wrong with it
 */
public record Option<T>(
    String name,
    String placeholder,
    Optional<String> defaultText,
    String description,
    Function<String, T> parser) {

  /** An option that has a default. */
  public static <T> Option<T> of(
      String name,
      String placeholder,
      String defaultText,
      String description,
      Function<String, T> parser) {
    return new Option<>(name, placeholder, Optional.of(defaultText), description, parser);
  }

  /** An option that is off unless given. */
  public static <T> Option<T> optional(
      String name, String placeholder, String description, Function<String, T> parser) {
    return new Option<>(name, placeholder, Optional.empty(), description, parser);
  }
}
