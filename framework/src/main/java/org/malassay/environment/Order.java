package org.malassay.environment;

import java.time.Duration;
import java.util.List;

/**
 * How a sample is to be run.
 *
 * @param arguments what follows the sample's own name; none of them holds a NUL
 * @param observation how long, from the sample's start, it is observed while processes of it live
 *     that outlast its first one; zero where only the first one counts
 */
public record Order(List<String> arguments, Duration observation) {
  public Order {
    arguments = List.copyOf(arguments);
  }

  /** To run it with these arguments, until its first process ends. */
  public static Order of(String... arguments) {
    return new Order(List.of(arguments), Duration.ZERO);
  }
}
