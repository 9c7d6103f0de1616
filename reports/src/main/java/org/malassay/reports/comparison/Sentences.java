package org.malassay.reports.comparison;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.malassay.reports.writing.Words;
import org.malassay.verdict.Cause;

/**
 * What a comparison says, in three sentences made of its numbers.
 *
 * @param runs how many run where, and why what runs elsewhere does not run where the least do
 * @param scores what that amounts to
 * @param sure how sure it is that the environments differ
 * @param notMeasured what was not measured, a sentence each; never empty silence: where all was
 *     measured, that is said
 */
public record Sentences(String runs, String scores, String sure, List<String> notMeasured) {
  /** Pairs of environments that a sentence can name one by one. */
  private static final int FEW = 3;

  /** The sentences in a language. */
  public static Sentences of(Comparison comparison, Words words) {
    return new Sentences(
        runs(comparison, words),
        scores(comparison, words),
        sure(comparison, words),
        notMeasured(comparison, words));
  }

  /** The three of them. */
  public List<String> all() {
    return List.of(runs, scores, sure);
  }

  private static String runs(Comparison comparison, Words words) {
    List<Figures> answered =
        comparison.environments().stream()
            .filter(it -> it.conclusive() > 0)
            .sorted(Comparator.comparingDouble(it -> it.share().orElse(0)))
            .toList();
    if (answered.isEmpty()) {
      return words.get("sentence.runs.none");
    }
    List<String> parts = new ArrayList<>();
    for (Figures figures : answered) {
      figures
          .interval()
          .ifPresent(
              interval ->
                  parts.add(
                      words.get(
                          parts.isEmpty() ? "sentence.runs.first" : "sentence.runs.next",
                          words.environment(figures.environment()),
                          figures.executable(),
                          figures.conclusive(),
                          words.percent(figures.share().orElse(0)),
                          words.percents(interval.low(), interval.high()))));
    }
    return words.get("sentence.runs", words.list(parts), elsewhere(comparison, words));
  }

  private static String elsewhere(Comparison comparison, Words words) {
    int all = comparison.leastCauses().values().stream().mapToInt(Integer::intValue).sum();
    Optional<Figures> least = comparison.least();
    if (all == 0 || least.isEmpty()) {
      return "";
    }
    Map.Entry<Cause.Type, Integer> most = comparison.leastCauses().entrySet().iterator().next();
    return words.get(
        "sentence.runs.elsewhere",
        all,
        words.environment(least.get().environment()),
        most.getValue(),
        words.get("cause." + most.getKey().name()));
  }

  private static String scores(Comparison comparison, Words words) {
    List<Figures> observed = ranked(comparison, Figures::impact, Figures::impactTells);
    List<Figures> labelled = ranked(comparison, Figures::threat, Figures::threatTells);
    if (observed.isEmpty() && labelled.isEmpty()) {
      return words.get("sentence.scores.none");
    }
    List<String> sentences = new ArrayList<>();
    if (!observed.isEmpty()) {
      sentences.add(words.get("sentence.scores.impact", each(observed, Figures::impact, words)));
    }
    if (!labelled.isEmpty()) {
      sentences.add(words.get("sentence.scores.threat", each(labelled, Figures::threat, words)));
    }
    return words.get("sentence.scores", String.join(words.get("sentence.scores.join"), sentences));
  }

  /** Where nothing that runs has a score anywhere, the zeros of what does not run say nothing. */
  private static List<Figures> ranked(
      Comparison comparison, Function<Figures, Scores> scores, Predicate<Figures> tells) {
    if (comparison.environments().stream().noneMatch(it -> it.executable() > 0 && tells.test(it))) {
      return List.of();
    }
    return comparison.environments().stream()
        .filter(tells)
        .filter(it -> scores.apply(it).count() > 0)
        .sorted(Comparator.comparingDouble((Figures it) -> -scores.apply(it).mean()))
        .toList();
  }

  private static String each(
      List<Figures> environments, Function<Figures, Scores> scores, Words words) {
    return words.list(
        environments.stream()
            .map(
                it ->
                    words.get(
                        "sentence.scores.each",
                        words.environment(it.environment()),
                        words.score(scores.apply(it).mean()),
                        words.score(scores.apply(it).median())))
            .toList());
  }

  private static String sure(Comparison comparison, Words words) {
    if (comparison.environments().size() < 2) {
      return words.get("sentence.sure.one");
    }
    // Each pair by its own samples: Cochran's are fewer, those with an answer everywhere.
    List<Pair> tested =
        comparison.pairs().stream().filter(pair -> pair.verdictsP().isPresent()).toList();
    if (tested.isEmpty()) {
      return words.get("sentence.sure.unpaired");
    }
    if (tested.stream().noneMatch(Sentences::differs)) {
      return words.get(
          "sentence.sure.same", words.list(tested.stream().map(it -> pair(it, words)).toList()));
    }
    boolean some = tested.stream().anyMatch(Sentences::significant);
    boolean all = tested.stream().allMatch(Sentences::significant);
    return words.get(
        all ? "sentence.sure.all" : some ? "sentence.sure.some" : "sentence.sure.no",
        differing(comparison, tested, words),
        others(tested, words),
        comparison
            .omnibus()
            .map(
                test ->
                    words.get(
                        "sentence.sure.q",
                        comparison.paired(),
                        words.score(test.q()),
                        words.probability(test.p())))
            .orElse(""));
  }

  private static boolean differs(Pair pair) {
    return pair.verdicts().onlyFirst() + pair.verdicts().onlySecond() > 0;
  }

  private static boolean significant(Pair pair) {
    return pair.verdictsP().orElse(1) < Comparison.ALPHA;
  }

  /**
   * Those that differ; of many, first the environments that differ from every other, each with the
   * greatest p.
   */
  private static String differing(Comparison comparison, List<Pair> tested, Words words) {
    List<String> all = new ArrayList<>();
    List<Pair> rest = new ArrayList<>(tested);
    if (tested.size() > FEW) {
      for (Figures figures : comparison.environments()) {
        String name = figures.environment();
        List<Pair> of =
            tested.stream()
                .filter(it -> it.first().equals(name) || it.second().equals(name))
                .toList();
        if (of.size() == comparison.environments().size() - 1
            && of.stream().allMatch(Sentences::significant)) {
          double p = of.stream().mapToDouble(it -> it.verdictsP().orElse(1)).max().orElse(1);
          all.add(words.get("sentence.sure.every", words.environment(name), words.probability(p)));
          rest.removeAll(of);
        }
      }
    }
    rest.stream().filter(Sentences::significant).forEach(it -> all.add(pair(it, words)));
    return words.list(all);
  }

  /** Those that are not shown to differ; of many, how many. */
  private static String others(List<Pair> tested, Words words) {
    List<Pair> others = tested.stream().filter(pair -> !significant(pair)).toList();
    return tested.size() > FEW && others.size() > 1 && others.size() < tested.size()
        ? words.get("sentence.sure.others", others.size())
        : words.list(others.stream().map(it -> pair(it, words)).toList());
  }

  private static String pair(Pair pair, Words words) {
    return words.get(
        "sentence.sure.pair",
        words.environment(pair.first()),
        words.environment(pair.second()),
        pair.samples(),
        words.probability(pair.verdictsP().orElse(1)));
  }

  private static List<String> notMeasured(Comparison comparison, Words words) {
    List<String> all = new ArrayList<>();
    for (Figures figures : comparison.environments()) {
      String name = words.environment(figures.environment());
      if (figures.inconclusive() > 0) {
        all.add(words.get("sentence.missing.inconclusive", name, figures.inconclusive()));
      }
      if (figures.notObserved() > 0) {
        all.add(
            words.get(
                "sentence.missing.impact", name, figures.notObserved(), figures.executable()));
      }
      int unscored = figures.conclusive() - figures.threat().count();
      if (unscored > 0) {
        all.add(words.get("sentence.missing.threat", name, unscored, figures.conclusive()));
      }
    }
    int unpaired = comparison.samples() - comparison.paired();
    if (unpaired > 0 && comparison.environments().size() > 1) {
      all.add(words.get("sentence.missing.pairs", unpaired, comparison.samples()));
    }
    if (all.isEmpty()) {
      all.add(words.get("sentence.missing.none"));
    }
    return all;
  }
}
