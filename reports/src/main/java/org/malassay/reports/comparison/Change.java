package org.malassay.reports.comparison;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import org.malassay.run.Result;
import org.malassay.score.Hit;
import org.malassay.score.Impact;
import org.malassay.verdict.Verdict.Outcome;

/**
 * What became of a sample in an environment since the baseline.
 *
 * @param kinds what changed; never empty
 * @param before its row in the baseline
 * @param now its row in the run; one of the two is there
 * @param newHits the titles of rules that are fulfilled now and were not: where both rows were
 *     observed
 * @param goneHits the titles of those that were and are not, likewise
 */
public record Change(
    Set<Kind> kinds,
    Optional<Result> before,
    Optional<Result> now,
    List<String> newHits,
    List<String> goneHits) {

  /** What can change; the first ones matter most to who hardens an environment. */
  public enum Kind {
    BECAME_EXECUTABLE,
    NO_LONGER_EXECUTABLE,
    THREAT_ROSE,
    IMPACT_ROSE,
    HIT_NEW,
    THREAT_FELL,
    IMPACT_FELL,
    HIT_GONE,
    /** It runs in neither, and does not for another reason. */
    CAUSE,
    /** It has a threat or an impact score now, and had none. */
    SCORE_CAME,
    /** It had a score, and has none. */
    SCORE_WENT,
    /** The tool failed now, and did not then. */
    NOW_INCONCLUSIVE,
    /** The tool failed then, and did not now. */
    NO_LONGER_INCONCLUSIVE,
    ONLY_NOW,
    ONLY_BEFORE
  }

  public Change {
    kinds = Collections.unmodifiableSet(EnumSet.copyOf(kinds));
    newHits = List.copyOf(newHits);
    goneHits = List.copyOf(goneHits);
  }

  /** One of its rows: that of the run, where it has one. */
  public Result row() {
    return now.or(() -> before).orElseThrow();
  }

  /** The first of its kinds. */
  Kind gravest() {
    return kinds.iterator().next();
  }

  static Change onlyNow(Result now) {
    return new Change(
        Set.of(Kind.ONLY_NOW), Optional.empty(), Optional.of(now), List.of(), List.of());
  }

  static Change onlyBefore(Result before) {
    return new Change(
        Set.of(Kind.ONLY_BEFORE), Optional.of(before), Optional.empty(), List.of(), List.of());
  }

  /** What is not the same in two rows of one sample and environment; empty where all is. */
  static Optional<Change> between(Result before, Result now) {
    Set<Kind> kinds = EnumSet.noneOf(Kind.class);
    List<String> newHits = List.of();
    List<String> goneHits = List.of();
    Outcome was = before.verdict().outcome();
    Outcome is = now.verdict().outcome();
    if (was == Outcome.INCONCLUSIVE || is == Outcome.INCONCLUSIVE) {
      if (was != is) {
        kinds.add(is == Outcome.INCONCLUSIVE ? Kind.NOW_INCONCLUSIVE : Kind.NO_LONGER_INCONCLUSIVE);
      } else if (!before.verdict().cause().equals(now.verdict().cause())) {
        kinds.add(Kind.CAUSE);
      }
    } else {
      if (was != is) {
        kinds.add(is == Outcome.EXECUTABLE ? Kind.BECAME_EXECUTABLE : Kind.NO_LONGER_EXECUTABLE);
      } else if (!before.verdict().cause().equals(now.verdict().cause())) {
        kinds.add(Kind.CAUSE);
      }
      // What does not run has the threat score 0, what runs without a label none: that is the
      // verdict.
      if (was == is || before.threatScore().isPresent() == now.threatScore().isPresent()) {
        moved(before.threatScore(), now.threatScore(), Kind.THREAT_ROSE, Kind.THREAT_FELL, kinds);
      }
      moved(before.impactScore(), now.impactScore(), Kind.IMPACT_ROSE, Kind.IMPACT_FELL, kinds);
      if (Observed.whatItDid(before) && Observed.whatItDid(now)) {
        newHits = without(hits(now), hits(before));
        goneHits = without(hits(before), hits(now));
      }
      if (!newHits.isEmpty()) {
        kinds.add(Kind.HIT_NEW);
      }
      if (!goneHits.isEmpty()) {
        kinds.add(Kind.HIT_GONE);
      }
    }
    return kinds.isEmpty()
        ? Optional.empty()
        : Optional.of(new Change(kinds, Optional.of(before), Optional.of(now), newHits, goneHits));
  }

  private static void moved(
      OptionalDouble was, OptionalDouble is, Kind rose, Kind fell, Set<Kind> kinds) {
    if (was.isEmpty() != is.isEmpty()) {
      kinds.add(is.isPresent() ? Kind.SCORE_CAME : Kind.SCORE_WENT);
    } else if (was.isPresent() && was.getAsDouble() != is.getAsDouble()) {
      kinds.add(is.getAsDouble() > was.getAsDouble() ? rose : fell);
    }
  }

  /** The titles of the rules that a row fulfils, by their ids. */
  static Map<String, String> hits(Result row) {
    Map<String, String> hits = new TreeMap<>();
    for (Hit hit : row.impact().map(Impact::hits).orElse(List.of())) {
      hits.put(hit.rule(), hit.title());
    }
    return hits;
  }

  private static List<String> without(Map<String, String> some, Map<String, String> others) {
    List<String> rest = new ArrayList<>();
    some.forEach(
        (rule, title) -> {
          if (!others.containsKey(rule)) {
            rest.add(title);
          }
        });
    rest.sort(null);
    return rest;
  }
}
