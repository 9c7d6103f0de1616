package org.malassay.reports.html;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.malassay.reports.comparison.Observed;
import org.malassay.reports.writing.Words;
import org.malassay.run.Result;
import org.malassay.sample.SafeText;
import org.malassay.score.Hit;
import org.malassay.verdict.Verdict.Outcome;

/**
 * Which samples are not the same in all environments, grouped by why.
 *
 * @param groups the largest first, of each kind
 * @param bySample the group of each sample that differs, by SHA-256
 */
record Differences(List<Group> groups, Map<String, Integer> bySample) {

  /** What differs; of several, the first counts. */
  enum Kind {
    VERDICT,
    CAUSE,
    HITS,
    SCORE
  }

  /**
   * Samples that differ for one reason.
   *
   * @param why the reason, printable
   * @param samples a row of each
   */
  record Group(Kind kind, String why, List<Result> samples) {}

  private record Reason(Kind kind, String why) {}

  static Differences of(List<Result> sorted, Words words) {
    Map<String, List<Result>> samples = new LinkedHashMap<>();
    for (Result row : sorted) {
      samples.computeIfAbsent(row.sha256(), sha256 -> new ArrayList<>()).add(row);
    }
    Map<Reason, List<Result>> byReason = new LinkedHashMap<>();
    samples
        .values()
        .forEach(
            rows ->
                reason(rows, words)
                    .ifPresent(
                        it ->
                            byReason
                                .computeIfAbsent(it, reason -> new ArrayList<>())
                                .add(rows.get(0))));
    List<Group> groups =
        byReason.entrySet().stream()
            .map(it -> new Group(it.getKey().kind(), it.getKey().why(), it.getValue()))
            .sorted(
                Comparator.comparing(Group::kind)
                    .thenComparing(group -> -group.samples().size())
                    .thenComparing(Group::why))
            .toList();
    Map<String, Integer> bySample = new TreeMap<>();
    for (int i = 0; i < groups.size(); i++) {
      for (Result row : groups.get(i).samples()) {
        bySample.put(row.sha256(), i);
      }
    }
    return new Differences(groups, bySample);
  }

  /** Those of one sample. */
  Differences of(String sha256) {
    Integer group = bySample.get(sha256);
    return group == null
        ? new Differences(List.of(), Map.of())
        : new Differences(List.of(groups.get(group)), Map.of(sha256, 0));
  }

  private static Optional<Reason> reason(List<Result> all, Words words) {
    List<Result> rows =
        all.stream().filter(row -> row.verdict().outcome() != Outcome.INCONCLUSIVE).toList();
    if (rows.size() < 2) {
      return Optional.empty();
    }
    String causes =
        rows.stream()
            .filter(Predicate.not(Differences::runs))
            .map(row -> words.environment(row.environment()) + ": " + cause(row, words))
            .collect(Collectors.joining("; "));
    if (rows.stream().anyMatch(Differences::runs)
        && rows.stream().anyMatch(Predicate.not(Differences::runs))) {
      return Optional.of(new Reason(Kind.VERDICT, causes));
    }
    if (rows.stream().noneMatch(Differences::runs)) {
      return rows.stream().map(row -> cause(row, words)).distinct().count() > 1
          ? Optional.of(new Reason(Kind.CAUSE, causes))
          : Optional.empty();
    }
    List<Result> observed = rows.stream().filter(Observed::calls).toList();
    return observed.size() < 2
        ? Optional.empty()
        : hits(observed, words).or(() -> scores(observed, words));
  }

  private static boolean runs(Result row) {
    return row.verdict().outcome() == Outcome.EXECUTABLE;
  }

  private static String cause(Result row, Words words) {
    return row.verdict().cause().map(it -> words.get("cause." + it.type().name())).orElse("");
  }

  private static Optional<Reason> hits(List<Result> rows, Words words) {
    List<Hit> gravest =
        rows.stream()
            .flatMap(row -> row.impact().stream())
            .flatMap(impact -> impact.hits().stream())
            .sorted(Comparator.comparingDouble(Hit::part).reversed().thenComparing(Hit::title))
            .toList();
    for (Hit hit : gravest) {
      Set<String> with = new LinkedHashSet<>();
      Set<String> without = new LinkedHashSet<>();
      for (Result row : rows) {
        boolean has =
            row.impact().stream()
                .flatMap(it -> it.hits().stream())
                .anyMatch(it -> it.rule().equals(hit.rule()));
        (has ? with : without).add(words.environment(row.environment()));
      }
      if (!without.isEmpty()) {
        return Optional.of(
            new Reason(
                Kind.HITS,
                words.get(
                    "html.differences.hit",
                    SafeText.printable(hit.title()),
                    words.list(List.copyOf(with)),
                    words.list(List.copyOf(without)))));
      }
    }
    return Optional.empty();
  }

  private static Optional<Reason> scores(List<Result> rows, Words words) {
    List<Result> scored = rows.stream().filter(row -> row.impactScore().isPresent()).toList();
    Optional<Result> most =
        scored.stream().max(Comparator.comparingDouble(row -> row.impactScore().orElse(0)));
    Optional<Result> least =
        scored.stream().min(Comparator.comparingDouble(row -> row.impactScore().orElse(0)));
    if (most.isEmpty()
        || least.isEmpty()
        || most.get().impactScore().equals(least.get().impactScore())) {
      return Optional.empty();
    }
    return Optional.of(
        new Reason(
            Kind.SCORE,
            words.get(
                "html.differences.score",
                words.environment(most.get().environment()),
                words.environment(least.get().environment()))));
  }
}
