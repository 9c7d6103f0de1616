package org.malassay.reports.comparison;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.malassay.reports.writing.Sorted;
import org.malassay.reports.writing.Words;
import org.malassay.run.Repetitions;
import org.malassay.run.Result;

/**
 * How often repeated measurements of a sample in an environment were not the same.
 *
 * @param repeated how many samples were measured more than once, by environment
 * @param most how often a sample was measured at most
 * @param flips those that were not the same each time, the gravest first
 */
public record Flips(Map<String, Integer> repeated, int most, List<Flip> flips) {

  public Flips {
    flips = List.copyOf(flips);
  }

  /** Those of all rows of a run, repetitions included; empty where nothing was measured again. */
  public static Optional<Flips> of(List<Result> rows) {
    if (!Repetitions.among(rows)) {
      return Optional.empty();
    }
    Map<String, Integer> repeated = new TreeMap<>();
    List<Flip> flips = new ArrayList<>();
    int most = 0;
    for (List<Result> its : Repetitions.grouped(Sorted.of(rows))) {
      if (its.size() > 1) {
        repeated.merge(its.get(0).environment(), 1, Integer::sum);
        most = Math.max(most, its.size());
        Flip.of(its).ifPresent(flips::add);
      }
    }
    flips.sort(Comparator.comparing(Flip::gravest)); // stable: then by environment and path
    return Optional.of(new Flips(repeated, most, flips));
  }

  /** How many samples changed so, by environment; of all kinds. */
  public Map<Flip.Kind, Map<String, Integer>> counts() {
    Map<Flip.Kind, Map<String, Integer>> counts = new EnumMap<>(Flip.Kind.class);
    for (Flip.Kind kind : Flip.Kind.values()) {
      counts.put(kind, new TreeMap<>());
    }
    for (Flip flip : flips) {
      for (Flip.Kind kind : flip.kinds()) {
        counts
            .computeIfAbsent(kind, it -> new TreeMap<>())
            .merge(flip.row().environment(), 1, Integer::sum);
      }
    }
    return counts;
  }

  /** In one sentence, by the verdicts. */
  public String sentence(Words words) {
    int changed = (int) flips.stream().filter(it -> it.kinds().contains(Flip.Kind.VERDICT)).count();
    int all = repeated.values().stream().mapToInt(Integer::intValue).sum();
    return words.get("flips.sentence", all, most, changed, flips.size());
  }
}
