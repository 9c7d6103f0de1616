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
import org.malassay.infection.Infection;
import org.malassay.reports.comparison.SuiteAnswer.Outcome;
import org.malassay.run.Result;
import org.malassay.score.Hit;
import org.malassay.score.Impact;
import org.malassay.verdict.Verdict;

/**
 * What became of a sample in an environment since the baseline.
 *
 * @param kinds what changed; never empty
 * @param before its row in the baseline
 * @param now its row in the run; one of the two is there
 * @param newHits the titles of rules that are fulfilled now and were not: where both rows were
 *     observed
 * @param goneHits the titles of those that were and are not, likewise
 * @param told what became of the bypass or the task that a session of the suites tries, then and
 *     now; not told of another sample
 */
public record Change(
    Set<Kind> kinds,
    Optional<Result> before,
    Optional<Result> now,
    List<String> newHits,
    List<String> goneHits,
    Told told) {

  /** What became of a bypass or a task, then and now. */
  public record Told(SuiteAnswer before, SuiteAnswer now) {
    static final Told NOTHING = new Told(SuiteAnswer.NOT_TOLD, SuiteAnswer.NOT_TOLD);

    /** Whether both tell of it, and not the same. */
    public boolean changed() {
      return before.outcome() != Outcome.NOT_TOLD
          && now.outcome() != Outcome.NOT_TOLD
          && before.outcome() != now.outcome();
    }

    private Kind kind() {
      if (now.outcome() == Outcome.OPEN) {
        return Kind.BYPASS_OPENED;
      } else if (now.outcome() == Outcome.BREAKS) {
        return Kind.TASK_BROKE;
      } else if (before.outcome() == Outcome.OPEN) {
        return Kind.BYPASS_NO_LONGER_OPEN;
      }
      return before.outcome() == Outcome.BREAKS ? Kind.TASK_NO_LONGER_BREAKS : Kind.SUITE_ANSWER;
    }
  }

  /** What can change; the first ones matter most to who hardens an environment. */
  public enum Kind {
    BECAME_EXECUTABLE,
    NO_LONGER_EXECUTABLE,
    /** A login session reached a later stage than any that it had reached. */
    CAME_FURTHER,
    /** It reached an earlier stage that it had not. */
    STAGE_NEW,
    /** A way around a defence is open now, and was not. */
    BYPASS_OPENED,
    /** A task of administration breaks now, and did not. */
    TASK_BROKE,
    THREAT_ROSE,
    IMPACT_ROSE,
    HIT_NEW,
    THREAT_FELL,
    IMPACT_FELL,
    HIT_GONE,
    /** A login session no longer reached its last stage, nor a later one. */
    LESS_FAR,
    /** It no longer reached an earlier one. */
    STAGE_GONE,
    /** A way around a defence was open, and is not now. */
    BYPASS_NO_LONGER_OPEN,
    /** A task of administration broke, and does not now. */
    TASK_NO_LONGER_BREAKS,
    /** Another outcome of a bypass or a task, in none of the ways above. */
    SUITE_ANSWER,
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
        Set.of(Kind.ONLY_NOW),
        Optional.empty(),
        Optional.of(now),
        List.of(),
        List.of(),
        Told.NOTHING);
  }

  static Change onlyBefore(Result before) {
    return new Change(
        Set.of(Kind.ONLY_BEFORE),
        Optional.of(before),
        Optional.empty(),
        List.of(),
        List.of(),
        Told.NOTHING);
  }

  /** What is not the same in two rows of one sample and environment; empty where all is. */
  static Optional<Change> between(Result before, Result now, Told told) {
    Set<Kind> kinds = EnumSet.noneOf(Kind.class);
    List<String> newHits = List.of();
    List<String> goneHits = List.of();
    Verdict.Outcome was = before.verdict().outcome();
    Verdict.Outcome is = now.verdict().outcome();
    if (was == Verdict.Outcome.INCONCLUSIVE || is == Verdict.Outcome.INCONCLUSIVE) {
      if (was != is) {
        kinds.add(
            is == Verdict.Outcome.INCONCLUSIVE
                ? Kind.NOW_INCONCLUSIVE
                : Kind.NO_LONGER_INCONCLUSIVE);
      } else if (!before.verdict().cause().equals(now.verdict().cause())) {
        kinds.add(Kind.CAUSE);
      }
    } else {
      if (was != is) {
        kinds.add(
            is == Verdict.Outcome.EXECUTABLE ? Kind.BECAME_EXECUTABLE : Kind.NO_LONGER_EXECUTABLE);
      } else if (!before.verdict().cause().equals(now.verdict().cause())) {
        kinds.add(Kind.CAUSE);
      }
      if (tellsStages(before) && tellsStages(now)) {
        stages(before.infection().get(), now.infection().get(), kinds);
      }
      if (told.changed()) {
        kinds.add(told.kind());
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
        : Optional.of(
            new Change(kinds, Optional.of(before), Optional.of(now), newHits, goneHits, told));
  }

  /** Whether both runs tell how far a login session came; what one alone tells is no change. */
  public boolean tellsStages() {
    return before.filter(Change::tellsStages).isPresent()
        && now.filter(Change::tellsStages).isPresent();
  }

  private static boolean tellsStages(Result row) {
    return row.infection().isPresent() && Comparison.answered(row);
  }

  private static void stages(Infection before, Infection now, Set<Kind> kinds) {
    reached(before, now, Kind.CAME_FURTHER, Kind.STAGE_NEW, kinds);
    reached(now, before, Kind.LESS_FAR, Kind.STAGE_GONE, kinds);
  }

  /** What the other one reached and the one did not: behind all that the one did, or before. */
  private static void reached(
      Infection one, Infection other, Kind behind, Kind before, Set<Kind> kinds) {
    String last = one.last().orElse("");
    for (String stage : other.reachedBeyond(one)) {
      kinds.add(stage.compareTo(last) > 0 ? behind : before);
    }
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
