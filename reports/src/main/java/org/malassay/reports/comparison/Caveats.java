package org.malassay.reports.comparison;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.malassay.report.Runs;
import org.malassay.reports.writing.Words;
import org.malassay.run.Result;

/**
 * What a reader of the comparison should know besides its three sentences: what is left of it when
 * near-duplicates count once, and how far it depends on choices.
 *
 * @param clusters the figures by clusters in one sentence, or that they could not be had
 * @param choices what other tables, weights and rules would change, a sentence each
 * @param changes that environments change places by some of them; empty where they do not
 */
public record Caveats(String clusters, List<String> choices, Optional<String> changes) {
  /** The alternatives that a sentence names. */
  private static final int NAMED = 4;

  /**
   * The sentences in a language; by clusters is empty where near-duplicates were not looked for.
   */
  public static Caveats of(
      Comparison comparison, Optional<ByCluster> byCluster, Sensitivity sensitivity, Words words) {
    Optional<String> changes = changes(sensitivity, words);
    List<String> choices = new ArrayList<>();
    if (sensitivity.alternatives().isEmpty()) {
      choices.add(words.get("caveat.choices.none"));
    } else if (changes.isPresent()) {
      choices.add(changes.get());
    } else if (sensitivity.alternatives().stream().anyMatch(it -> !it.places().isEmpty())) {
      choices.add(words.get("caveat.choices.same", sensitivity.alternatives().size()));
    }
    most(sensitivity, words).ifPresent(choices::add);
    if (!sensitivity.confidenceKnown()) {
      choices.add(words.get("caveat.choices.confidence"));
    }
    return new Caveats(
        byCluster
            .map(it -> clusters(it, words))
            .orElseGet(() -> words.get("caveat.clusters.none", comparison.samples())),
        choices,
        changes);
  }

  /**
   * Those of a run.
   *
   * @param distance up to which samples are near-duplicates
   * @throws IOException if its corpus cannot be read
   */
  public static Caveats of(Runs runs, int distance, Comparison comparison, Words words)
      throws IOException {
    List<Result> rows = runs.answers();
    return of(
        comparison,
        ByCluster.of(rows, Clusters.of(runs.run(), distance)),
        Sensitivity.of(rows),
        words);
  }

  private static String clusters(ByCluster by, Words words) {
    List<String> shares = new ArrayList<>();
    by.environments().stream()
        .sorted(Comparator.comparingDouble(it -> it.share().orElse(0)))
        .forEach(
            it ->
                it.interval()
                    .ifPresent(
                        interval ->
                            shares.add(
                                words.get(
                                    "caveat.clusters.each",
                                    words.environment(it.environment()),
                                    words.percent(it.share().orElse(0)),
                                    words.percents(interval.low(), interval.high())))));
    return words.get(
        "caveat.clusters",
        by.samples(),
        by.clusters().size(),
        by.distance(),
        by.greatest(),
        shares.isEmpty() ? words.get("none") : words.list(shares),
        differ(by, words));
  }

  private static String differ(ByCluster by, Words words) {
    List<Pair> tested = by.pairs().stream().filter(it -> it.verdictsP().isPresent()).toList();
    if (tested.isEmpty()) {
      return "";
    }
    List<String> differ =
        tested.stream()
            .filter(it -> it.verdictsP().orElse(1) < Comparison.ALPHA)
            .map(
                it ->
                    words.get(
                        "sentence.sure.pair",
                        words.environment(it.first()),
                        words.environment(it.second()),
                        it.samples(),
                        words.probability(it.verdictsP().orElse(1))))
            .toList();
    return differ.isEmpty()
        ? words.get("caveat.clusters.same")
        : words.get("caveat.clusters.differ", words.list(differ));
  }

  private static Optional<String> changes(Sensitivity sensitivity, Words words) {
    List<Alternative> changing = sensitivity.changing();
    if (changing.isEmpty()) {
      return Optional.empty();
    }
    List<String> named =
        changing.stream()
            .limit(NAMED)
            .map(it -> words.get("caveat.choices.by", it.inWords(words), changed(it, words)))
            .toList();
    return Optional.of(
        words.get(
            "caveat.choices.changes",
            changing.size(),
            sensitivity.alternatives().size(),
            words.list(named) + (changing.size() > NAMED ? words.get("caveat.choices.more") : "")));
  }

  /** The environments that change places by an alternative, such as {@code a and b}. */
  public static String changed(Alternative alternative, Words words) {
    return String.join(
        "; ",
        alternative.places().stream()
            .filter(Alternative.Places::change)
            .map(
                it ->
                    words.list(
                        List.of(words.environment(it.first()), words.environment(it.second()))))
            .toList());
  }

  /** By what the order of samples changes most, if by anything. */
  private static Optional<String> most(Sensitivity sensitivity, Words words) {
    record Found(Alternative alternative, Alternative.Order order) {}
    return sensitivity.alternatives().stream()
        .flatMap(
            it ->
                it.orders().stream()
                    .filter(order -> order.agreement() < 1 - Sensitivity.TINY)
                    .map(order -> new Found(it, order)))
        .min(Comparator.comparingDouble(it -> it.order().agreement()))
        .map(
            it ->
                words.get(
                    "caveat.choices.most",
                    it.alternative().inWords(words),
                    words.environment(it.order().environment()),
                    words.score(it.order().tau())));
  }
}
