package org.malassay.score;

import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a sample amounted to in an environment, and of what that is made up.
 *
 * @param status whether there is a score, and what it is the score of
 * @param why what of it was not observed; empty when all was
 * @param givenUp how many comparisons of rules with what it did were given up; see {@link Matched}
 * @param dimensions the scores, from 0 to 10; without those that nobody observed
 * @param hits the rules that were fulfilled, whatever the verdict
 * @param measured what was measured without a rule
 * @param rules the digest of the rules; see {@link RuleBook#digest}
 */
public record Impact(
    Status status,
    String why,
    long givenUp,
    Map<Dimension, Double> dimensions,
    List<Hit> hits,
    List<Measured> measured,
    String rules) {

  /** Three ways to have no impact, which are never the same, and to have one. */
  public enum Status {
    /** It does not run, and what does not run has no impact. */
    NOT_EXECUTABLE("not executable"),
    /** Whether it had one, nobody saw. */
    NOT_OBSERVED("not observed"),
    /** It ran and was observed, and no rule was fulfilled. */
    NOTHING_SEEN("ran, and nothing seen"),
    /** It ran, and rules were fulfilled or losses measured. */
    SEEN("seen");

    private final String words;

    Status(String words) {
      this.words = words;
    }

    /** Such as {@code not observed}. */
    public String words() {
      return words;
    }
  }

  public Impact {
    Map<Dimension, Double> sorted = new EnumMap<>(Dimension.class);
    sorted.putAll(dimensions);
    dimensions = Collections.unmodifiableMap(sorted);
    hits = List.copyOf(hits);
    measured = List.copyOf(measured);
  }

  /** The one hit or loss that counts most, in words: hostile text. Empty when there is none. */
  public Optional<String> gravest() {
    Optional<Hit> hit = hits.stream().max(Comparator.comparingDouble(Hit::part));
    Optional<Measured> loss = measured.stream().max(Comparator.comparingDouble(Measured::points));
    return loss.filter(it -> it.points() >= hit.map(Hit::points).orElse(0.0))
        .map(Measured::words)
        .or(() -> hit.map(it -> it.title() + (it.succeeded() ? "" : " (tried)")));
  }

  /** What makes it doubtful, in words: hostile text. Empty when nothing does. */
  public String doubt() {
    return Stream.of(why, givenUpInWords())
        .filter(it -> !it.isEmpty())
        .collect(Collectors.joining("; "));
  }

  /** Such as {@code 3 comparisons given up}; empty when there is none. */
  public String givenUpInWords() {
    return switch ((int) Math.min(givenUp, 2)) {
      case 0 -> "";
      case 1 -> "1 comparison given up";
      default -> givenUp + " comparisons given up";
    };
  }

  /** The greatest of its dimensions; empty when it was not observed. */
  public OptionalDouble score() {
    return status == Status.NOT_OBSERVED
        ? OptionalDouble.empty()
        : dimensions.values().stream().mapToDouble(Double::doubleValue).max();
  }

  /** The score of one dimension; empty when nobody observed it. */
  public OptionalDouble score(Dimension dimension) {
    Double score = dimensions.get(dimension);
    return score == null ? OptionalDouble.empty() : OptionalDouble.of(score);
  }
}
