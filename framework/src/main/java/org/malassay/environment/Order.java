package org.malassay.environment;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a sample is to be run.
 *
 * @param arguments what follows the sample's own name; none of them holds a NUL
 * @param observation how long, from the sample's start, it is observed while processes of it live
 *     that outlast its first one; zero where only the first one counts
 * @param time how long it may run, which is never longer than {@link Opening#limits} say; as long
 *     as they say where it is empty
 */
public record Order(List<String> arguments, Duration observation, Optional<Duration> time) {
  public Order {
    arguments = List.copyOf(arguments);
  }

  /** To run it as long as guests are limited to. */
  public Order(List<String> arguments, Duration observation) {
    this(arguments, observation, Optional.empty());
  }

  /** To run it with these arguments, until its first process ends. */
  public static Order of(String... arguments) {
    return new Order(List.of(arguments), Duration.ZERO);
  }

  /**
   * The limits that count for the sample: a guest stops it at their time, which may be shorter than
   * its environment was opened with.
   *
   * @param guests what guests are limited to, {@link Opening#limits}
   */
  public Limits limits(Limits guests) {
    return time.map(guests::withTime).orElse(guests);
  }
}
