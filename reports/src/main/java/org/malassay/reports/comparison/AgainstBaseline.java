package org.malassay.reports.comparison;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.malassay.report.Baseline;
import org.malassay.report.Runs;
import org.malassay.reports.writing.Sorted;
import org.malassay.reports.writing.Words;
import org.malassay.run.Result;
import org.malassay.run.ResultKey;
import org.malassay.run.RunDirectory;
import org.malassay.run.Shard;
import org.malassay.sample.Digest;
import org.malassay.sample.SafeText;

/**
 * A run against an earlier one: what of its rows changed, and what of the runs differs, by which
 * that may be explained.
 *
 * @param baseline the id of the earlier run
 * @param both how many rows the two have in common, by sample and environment
 * @param changes of those, and the rows that only one of them has; the gravest first
 * @param apart what differs between the runs themselves
 * @param damage what of the baseline's journal is damaged, in words
 */
public record AgainstBaseline(
    String baseline, int both, List<Change> changes, List<Apart> apart, List<String> damage) {
  public AgainstBaseline {
    changes = List.copyOf(changes);
    apart = List.copyOf(apart);
    damage = List.copyOf(damage);
  }

  /**
   * The comparison with the run's baseline; empty where it has none.
   *
   * @throws IOException if the evidence of sessions of the suites cannot be read
   */
  public static Optional<AgainstBaseline> of(Runs runs) throws IOException {
    return runs.baseline().isPresent()
        ? Optional.of(of(runs, runs.baseline().get()))
        : Optional.empty();
  }

  private static AgainstBaseline of(Runs runs, Baseline baseline) throws IOException {
    Map<ResultKey, Result> before = new LinkedHashMap<>();
    Shard shard = runs.run().header().shard();
    Sorted.of(baseline.answers()).stream()
        .filter(row -> isOf(shard, row))
        .forEach(row -> before.put(ResultKey.ofAnswer(row), row));
    List<Change> changes = new ArrayList<>();
    int both = 0;
    for (Result now : Sorted.of(runs.answers())) {
      Result was = before.remove(ResultKey.ofAnswer(now));
      if (was == null) {
        changes.add(Change.onlyNow(now));
      } else {
        both++;
        Change.Told told = new Change.Told(told(baseline.run(), was), told(runs.run(), now));
        Change.between(was, now, told).ifPresent(changes::add);
      }
    }
    before.values().forEach(row -> changes.add(Change.onlyBefore(row)));
    changes.sort(Comparator.comparing(Change::gravest)); // stable: then by environment and path
    return new AgainstBaseline(
        baseline.run().header().id(),
        both,
        changes,
        Apart.of(runs, baseline),
        baseline.journaled().damage());
  }

  /** What became of a bypass or a task; not told where the run has lost its evidence, too. */
  private static SuiteAnswer told(RunDirectory run, Result row) throws IOException {
    Optional<SuiteSession> session = SuiteSession.of(row);
    return session.isPresent() ? session.get().answer(run, row) : SuiteAnswer.NOT_TOLD;
  }

  /** The samples of other shards are no change. A row may be forged: its SHA-256 may be none. */
  private static boolean isOf(Shard shard, Result row) {
    return shard.isWhole() || !Digest.isSha256(row.sha256()) || shard.has(row.sha256());
  }

  /** How many rows changed so, by environment; only what there is. */
  public Map<Change.Kind, Map<String, Integer>> counts() {
    Map<Change.Kind, Map<String, Integer>> counts = new EnumMap<>(Change.Kind.class);
    for (Change change : changes) {
      for (Change.Kind kind : change.kinds()) {
        counts
            .computeIfAbsent(kind, it -> new TreeMap<>())
            .merge(change.row().environment(), 1, Integer::sum);
      }
    }
    return counts;
  }

  /** The environments in which anything changed. */
  public Set<String> environments() {
    Set<String> environments = new TreeSet<>();
    changes.forEach(change -> environments.add(change.row().environment()));
    return environments;
  }

  /** How many of the rows in common changed. */
  public int changed() {
    return (int)
        changes.stream().filter(it -> it.before().isPresent() && it.now().isPresent()).count();
  }

  /** What it says, in sentences: whether anything changed, what cannot be compared, and why. */
  public List<String> sentences(Words words) {
    String id = SafeText.printable(baseline);
    List<String> sentences = new ArrayList<>();
    if (both == 0) {
      sentences.add(words.get("baseline.other", id));
    } else if (changed() == 0) {
      sentences.add(words.get("baseline.same", id, both));
    } else {
      sentences.add(words.get("baseline.changed", id, changed(), both));
    }
    int more = only(Change.Kind.ONLY_NOW);
    int fewer = only(Change.Kind.ONLY_BEFORE);
    if (both > 0 && more + fewer > 0) {
      sentences.add(words.get("baseline.only", more, fewer));
    }
    if (bothHave(Apart.Of.RULES)) {
      sentences.add(words.get("baseline.rules", id));
    }
    if (bothHave(Apart.Of.STAGES)) {
      sentences.add(words.get("baseline.stages", id));
    }
    if (apart.isEmpty()) {
      sentences.add(words.get("baseline.alike"));
    }
    damage.forEach(
        line -> sentences.add(words.get("baseline.damage", id, SafeText.printable(line))));
    return sentences;
  }

  /** Whether the runs differ in it, and none merely lacks it. */
  private boolean bothHave(Apart.Of of) {
    return apart.stream()
        .filter(it -> it.of() == of)
        .anyMatch(it -> !it.before().isEmpty() && !it.now().isEmpty());
  }

  private int only(Change.Kind kind) {
    return (int) changes.stream().filter(it -> it.kinds().contains(kind)).count();
  }
}
