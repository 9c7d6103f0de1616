package org.malassay.environment;

import java.util.List;

/**
 * How a sample is to be run.
 *
 * @param arguments what follows the sample's own name; none of them holds a NUL
 */
public record Order(List<String> arguments) {
  public Order {
    arguments = List.copyOf(arguments);
  }

  /** To run it with these arguments. */
  public static Order of(String... arguments) {
    return new Order(List.of(arguments));
  }
}
