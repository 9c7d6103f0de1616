package org.malassay.score;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** How grave what a rule tells of is: Sigma's levels, each with the severity that it stands for. */
public enum Level {
  /** To be known, and no harm: has no part in a score. */
  INFORMATIONAL(0, 0),
  /** Looks around, or leaves a trace. */
  LOW(1, 0.05),
  /** Changes or hides something that a restart undoes. */
  MEDIUM(2, 0.15),
  /** Stays, spies, attacks others, or stops what it meets. */
  HIGH(3, 0.35),
  /** Destroys, takes down or takes over. */
  CRITICAL(4, 0.70);

  private final int severity;
  private final double weight;

  /**
   * @param weight what one success of this level is of the whole scale: 0.5, 1.5, 3.5 and 7 of 10.
   *     Each level weighs about twice what the one below it does; two of the gravest are 9.1
   */
  Level(int severity, double weight) {
    this.severity = severity;
    this.weight = weight;
  }

  /** From 0 to 4. */
  public int severity() {
    return severity;
  }

  /** The name in rules, reports and records, such as {@code high}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** True for the two gravest. */
  public boolean grave() {
    return this == HIGH || this == CRITICAL;
  }

  /** What one success of a sure rule of this level is of the whole scale, from 0 to 1. */
  public double weight() {
    return weight;
  }

  static Optional<Level> find(String word) {
    return Arrays.stream(values()).filter(it -> it.word().equals(word)).findFirst();
  }

  static String words() {
    return Arrays.stream(values()).map(Level::word).collect(Collectors.joining(", "));
  }
}
