package org.malassay.run;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How often the web service was asked for its page around one sample, and how often it answered, by
 * seconds: first all that was before the sample's start, then each second since.
 *
 * @param asked requests that were begun then
 * @param answered those of them that were answered; as many numbers as {@code asked} has
 */
public record Availability(List<Integer> asked, List<Integer> answered) {
  public Availability {
    asked = List.copyOf(asked);
    answered = List.copyOf(answered);
    if (asked.size() != answered.size()) {
      throw new IllegalArgumentException(
          "%d seconds with requests, and %d with answers".formatted(asked.size(), answered.size()));
    }
  }

  /** Nothing was asked yet. */
  public static final Availability NONE = new Availability(List.of(), List.of());

  /**
   * With one request more.
   *
   * @param at when it was begun; negative before the sample's start
   * @param answer whether it was answered
   */
  public Availability and(Duration at, boolean answer) {
    int second = at.isNegative() ? 0 : Math.toIntExact(at.toSeconds()) + 1;
    return new Availability(plus(asked, second, 1), plus(answered, second, answer ? 1 : 0));
  }

  private static List<Integer> plus(List<Integer> counts, int place, int more) {
    List<Integer> sum = new ArrayList<>(counts);
    while (sum.size() <= place) {
      sum.add(0);
    }
    sum.set(place, sum.get(place) + more);
    return sum;
  }
}
