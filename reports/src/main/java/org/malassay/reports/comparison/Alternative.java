package org.malassay.reports.comparison;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.malassay.reports.writing.Words;
import org.malassay.sample.SafeText;

/**
 * Another way to score, and what would change by it.
 *
 * @param choice what is chosen otherwise
 * @param name the table, the dimension or the title of the rule that it is about; else empty:
 *     hostile text
 * @param orders how the samples' order changes, by environment
 * @param places each two environments whose means can be compared
 */
public record Alternative(Choice choice, String name, List<Order> orders, List<Places> places) {

  /** What can be chosen otherwise. */
  public enum Choice {
    /** The threat score of categories, by another table. */
    TABLE,
    /** Each level of rules weighs what the one above it does; informational stays nothing. */
    LEVELS_ABOVE,
    /** Each level weighs what the one below it does. */
    LEVELS_BELOW,
    /** All weights are half as great again, up to the whole. */
    WEIGHTS_MORE,
    /** All weights are half as great. */
    WEIGHTS_LESS,
    /** All rules are as sure. */
    CONFIDENCE,
    /** What was tried and failed does not count. */
    ATTEMPTS_NOT,
    /** It counts like what succeeded. */
    ATTEMPTS_FULLY,
    /** The score is the mean of the dimensions, not the greatest. */
    MEAN,
    /** One dimension is left out. */
    WITHOUT_DIMENSION,
    /** One rule is left out. */
    WITHOUT_RULE
  }

  /**
   * The order of the samples that run in one environment.
   *
   * @param environment its name
   * @param samples those with a score both ways
   * @param tau Kendall's tau between the scores; empty where one of them does not vary
   * @param shift by how many places the one moves that moves the most, samples of one score in the
   *     middle of their places
   * @param mover its path; empty where none moves: hostile text
   */
  public record Order(
      String environment, int samples, OptionalDouble tau, double shift, Optional<String> mover) {

    /** The tau; 0 where it is undefined because all samples have the same score by the one only. */
    double agreement() {
      return tau.orElse(shift > 0 ? 0 : 1);
    }
  }

  /**
   * Two environments, by the means of their scores.
   *
   * @param change whether the one with the greater mean is another one now
   */
  public record Places(String first, String second, boolean change) {}

  /** Such as {@code without the rule "Stays by cron"}; printable. */
  public String inWords(Words words) {
    String about =
        choice == Choice.WITHOUT_DIMENSION
            ? words.get("dimension." + name)
            : SafeText.printable(name);
    return words.get("alternative." + choice.name(), about);
  }

  /** True where environments change places. */
  public boolean changesEnvironments() {
    return places.stream().anyMatch(Places::change);
  }

  /** The least of all environments, by which the choices of greatest effect come first. */
  double leastAgreement() {
    return orders.stream().mapToDouble(Order::agreement).min().orElse(1);
  }
}
