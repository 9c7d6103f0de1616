package org.malassay.score;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.Recording;
import org.malassay.verdict.Verdict;

/**
 * The impact of a sample: its hits and what was measured, added up for each dimension.
 *
 * <p>A hit takes a part of what its dimension has left to 10: {@code 10 (1 - product of (1 -
 * part))}, with the level's weight times the rule's confidence, times its attempt where nothing
 * succeeded, as the part. So the score stays between 0 and 10, no hit lowers it, the order of hits
 * does not matter, and many slight ones do not soon make a grave one. What was measured is a score
 * by itself, and the greater counts.
 */
public final class ImpactScore {
  private static final int MOST = 10;
  private static final double STEPS = 10;

  /** Lets 3.15 be that, although no double is. */
  private static final double TINY = 1e-9;

  /** What rules look at; hardly one can be fulfilled without the calls. */
  private static final List<Facet> LOOKED_AT = List.of(Facet.CALLS, Facet.PROCESSES, Facet.NETWORK);

  private ImpactScore() {}

  /**
   * The impact.
   *
   * @param recording what of the sample was recorded; empty when it was not started
   * @param matched what rules found in it
   * @param serviceAsked whether the web service could be asked what it lost
   * @param rules the digest of the rules
   */
  public static Impact of(
      Verdict verdict,
      Optional<Recording> recording,
      Matched matched,
      List<Measured> measured,
      boolean serviceAsked,
      String rules) {
    return switch (verdict.outcome()) {
      case NOT_EXECUTABLE ->
          new Impact(
              Impact.Status.NOT_EXECUTABLE,
              "",
              matched.givenUp(),
              scores(List.of(), List.of(), Hit::part),
              matched.hits(),
              measured,
              rules);
      case INCONCLUSIVE ->
          new Impact(
              Impact.Status.NOT_OBSERVED,
              "the verdict is inconclusive",
              matched.givenUp(),
              Map.of(),
              matched.hits(),
              measured,
              rules);
      case EXECUTABLE ->
          executed(recording.orElse(Recording.OFF), matched, measured, serviceAsked, rules);
    };
  }

  private static Impact executed(
      Recording recording,
      Matched matched,
      List<Measured> measured,
      boolean serviceAsked,
      String rules) {
    List<Hit> hits = matched.hits();
    String why =
        LOOKED_AT.stream()
            .filter(facet -> !recording.of(facet).equals(FacetState.OBSERVED))
            .map(facet -> facet.word() + " " + recording.of(facet))
            .collect(Collectors.joining("; "));
    boolean callsTold = recording.tells(Facet.CALLS);
    Map<Dimension, Double> scores = scores(hits, measured, Hit::part);
    scores
        .keySet()
        .removeIf(
            dimension ->
                !(dimension == Dimension.SERVICE ? serviceAsked : callsTold)
                    && hits.stream().noneMatch(it -> it.dimensions().contains(dimension))
                    && measured.stream().noneMatch(it -> it.dimension() == dimension));
    return new Impact(
        status(callsTold, hits, measured), why, matched.givenUp(), scores, hits, measured, rules);
  }

  private static Impact.Status status(boolean callsTold, List<Hit> hits, List<Measured> measured) {
    if (hits.isEmpty() && !callsTold) {
      return Impact.Status.NOT_OBSERVED;
    }
    return hits.isEmpty() && measured.isEmpty() ? Impact.Status.NOTHING_SEEN : Impact.Status.SEEN;
  }

  /**
   * The scores of an impact if its hits counted otherwise. What runs and what was observed stay as
   * they are, and so does what was measured without a rule.
   *
   * @param part what a hit takes of what its dimension has left to 10, from 0 to 1
   */
  public static Map<Dimension, Double> again(Impact impact, ToDoubleFunction<Hit> part) {
    if (impact.status() != Impact.Status.SEEN) {
      return impact.dimensions();
    }
    Map<Dimension, Double> scores = scores(impact.hits(), impact.measured(), part);
    scores.keySet().retainAll(impact.dimensions().keySet());
    return scores;
  }

  private static Map<Dimension, Double> scores(
      List<Hit> hits, List<Measured> measured, ToDoubleFunction<Hit> part) {
    Map<Dimension, Double> scores = new EnumMap<>(Dimension.class);
    for (Dimension dimension : Dimension.values()) {
      double left = 1;
      for (Hit hit : hits) {
        left *= hit.dimensions().contains(dimension) ? 1 - part.applyAsDouble(hit) : 1;
      }
      double most = rounded(MOST * (1 - left));
      for (Measured loss : measured) {
        most = loss.dimension() == dimension ? Math.max(most, rounded(loss.points())) : most;
      }
      scores.put(dimension, most);
    }
    return scores;
  }

  private static double rounded(double score) {
    return Math.round(score * STEPS + TINY) / STEPS;
  }
}
