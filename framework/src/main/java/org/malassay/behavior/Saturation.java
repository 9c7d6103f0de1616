package org.malassay.behavior;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How much of what a sample did was new, second by second. A sample that has done nothing new for
 * long has shown what it does; one that still does something new when it is stopped has not.
 *
 * @param newKinds how many kinds of events were seen for the first time in each second since the
 *     sample's start; what comes after the last one of them is counted there
 */
public record Saturation(List<Integer> newKinds) {
  /** More seconds than samples are observed. */
  static final int MOST_SECONDS = 3_600;

  private static final int MOST_SHOWN = 100;

  /** Of a sample that no limit stopped. */
  public static final String ENDED = "ended by itself";

  private static final Duration SECOND = Duration.ofSeconds(1);

  public Saturation {
    newKinds = List.copyOf(newKinds);
  }

  /** How many kinds of events were seen in all. */
  public int kinds() {
    return newKinds.stream().mapToInt(Integer::intValue).sum();
  }

  /** The new kinds of each second, the first hundred of them; such as {@code 12 0 3}. */
  public String bySecond() {
    String shown =
        newKinds.stream().limit(MOST_SHOWN).map(String::valueOf).collect(Collectors.joining(" "));
    return newKinds.size() > MOST_SHOWN ? shown + " ..." : shown;
  }

  /**
   * Whether the sample was done, as far as can be told; empty when nothing was seen of it. Shortly
   * before its end is the last fifth of its time, a second at least.
   *
   * @param end when the observation ended
   * @param stopped whether the sample was stopped then, or went on unobserved
   */
  public Optional<String> inWords(Duration end, boolean stopped) {
    if (kinds() == 0) {
      return Optional.empty();
    }
    if (!stopped) {
      return Optional.of(ENDED);
    }
    Duration fifth = end.dividedBy(5);
    Duration window = fifth.compareTo(SECOND) < 0 ? SECOND : fifth;
    if (isOpenAt(end, window)) {
      return Optional.of("still producing when stopped");
    }
    int last = newKinds.size();
    while (newKinds.get(last - 1) == 0) {
      last--;
    }
    return Optional.of("nothing new since second " + last);
  }

  /**
   * Whether it did anything new shortly before it was stopped.
   *
   * @param end when the observation ended
   * @param window how long before the end counts
   */
  public boolean isOpenAt(Duration end, Duration window) {
    long from = Math.max(0, end.minus(window).toSeconds());
    for (long second = from; second < newKinds.size(); second++) {
      if (newKinds.get((int) second) > 0) {
        return true;
      }
    }
    return false;
  }
}
