package org.malassay.reports.comparison;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.malassay.reports.writing.Words;

/**
 * Two environments by what is so in one of them alone.
 *
 * @param both how many have an answer in both
 * @param test of those that differ
 * @param p of the test; corrected by Holm for all pairs, where it is one of {@link #corrected}
 */
public record Paired(String first, String second, int both, McNemar test, double p) {

  /** Whether it is so of one of those that are compared, in an environment; empty: not known. */
  @FunctionalInterface
  interface Answer<U> {
    Optional<Boolean> of(U unit, String environment);
  }

  /** Each two of these environments, not corrected. */
  static <U> List<Paired> of(List<String> names, Collection<U> units, Answer<U> answer) {
    List<Paired> pairs = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      for (int j = i + 1; j < names.size(); j++) {
        pairs.add(of(names.get(i), names.get(j), units, answer));
      }
    }
    return pairs;
  }

  private static <U> Paired of(String first, String second, Collection<U> units, Answer<U> answer) {
    int both = 0;
    int onlyFirst = 0;
    int onlySecond = 0;
    for (U unit : units) {
      Optional<Boolean> one = answer.of(unit, first);
      Optional<Boolean> other = answer.of(unit, second);
      if (one.isPresent() && other.isPresent()) {
        both++;
        onlyFirst += one.get() && !other.get() ? 1 : 0;
        onlySecond += other.get() && !one.get() ? 1 : 0;
      }
    }
    McNemar test = McNemar.of(onlyFirst, onlySecond);
    return new Paired(first, second, both, test, test.p());
  }

  /** The same pairs, corrected for all of them. */
  static List<Paired> corrected(List<Paired> pairs) {
    double[] adjusted = Holm.adjusted(pairs.stream().mapToDouble(Paired::p).toArray());
    List<Paired> corrected = new ArrayList<>();
    for (int i = 0; i < adjusted.length; i++) {
      Paired pair = pairs.get(i);
      corrected.add(new Paired(pair.first, pair.second, pair.both, pair.test, adjusted[i]));
    }
    return corrected;
  }

  /** As a line of a table in words: the pair, how many in both, in each alone, and p. */
  List<String> line(Words words) {
    return List.of(
        words.get("stages.pair", words.environment(first), words.environment(second)),
        String.valueOf(both),
        String.valueOf(test.onlyFirst()),
        String.valueOf(test.onlySecond()),
        words.digits(p));
  }
}
