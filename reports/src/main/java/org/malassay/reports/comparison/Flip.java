package org.malassay.reports.comparison;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.malassay.reports.writing.Words;
import org.malassay.run.Median;
import org.malassay.run.Repetitions;
import org.malassay.run.Result;
import org.malassay.sample.SafeText;

/**
 * A sample whose measurements in an environment were not all the same.
 *
 * @param kinds in what they differ; never empty
 * @param repetitions all of them, in their order
 */
public record Flip(Set<Kind> kinds, List<Result> repetitions) {

  /** In what repetitions can differ. */
  public enum Kind {
    /** It ran in some and not in others. */
    VERDICT,
    /** It did not run for different reasons. */
    CAUSE,
    /** A login session reached other stages in some than in others. */
    STAGES,
    /** Where it was observed, rules were fulfilled in some and not in others. */
    HITS,
    /** The tool failed in some of them. */
    TOOL
  }

  public Flip {
    kinds = Collections.unmodifiableSet(EnumSet.copyOf(kinds));
    repetitions = List.copyOf(repetitions);
  }

  static Optional<Flip> of(List<Result> repetitions) {
    Set<Kind> kinds = EnumSet.noneOf(Kind.class);
    List<Result> told = repetitions.stream().filter(Comparison::answered).toList();
    if (Repetitions.verdictChanged(repetitions)) {
      kinds.add(Kind.VERDICT);
    }
    if (differ(told.stream().filter(row -> !Figures.runs(row)).map(row -> row.verdict().cause()))) {
      kinds.add(Kind.CAUSE);
    }
    if (Repetitions.stagesChanged(repetitions)) {
      kinds.add(Kind.STAGES);
    }
    if (differ(told.stream().filter(Observed::whatItDid).map(row -> Change.hits(row).keySet()))) {
      kinds.add(Kind.HITS);
    }
    if (!told.isEmpty() && told.size() < repetitions.size()) {
      kinds.add(Kind.TOOL);
    }
    return kinds.isEmpty() ? Optional.empty() : Optional.of(new Flip(kinds, repetitions));
  }

  private static boolean differ(Stream<?> values) {
    return values.distinct().count() > 1;
  }

  /** The first of its kinds. */
  Kind gravest() {
    return kinds.iterator().next();
  }

  /** The first of its rows. */
  public Result row() {
    return repetitions.get(0);
  }

  /**
   * Which repetitions said what, with what the tool itself took for them in the middle: where those
   * that deviate took much longer, the host was busy.
   */
  public String said(Words words) {
    Map<String, List<Result>> said = new LinkedHashMap<>();
    for (Result row : repetitions) {
      said.computeIfAbsent(ChangeText.verdict(row, words), verdict -> new ArrayList<>()).add(row);
    }
    return said.entrySet().stream()
        .map(
            it ->
                words.get(
                    "flips.said",
                    it.getKey(),
                    it.getValue().stream()
                        .map(row -> String.valueOf(row.repetition()))
                        .collect(Collectors.joining(words.get("list.between"))),
                    String.valueOf(Math.round(Median.of(overheads(it.getValue())).orElse(0)))))
        .collect(Collectors.joining("; "));
  }

  private static DoubleStream overheads(List<Result> rows) {
    return rows.stream().mapToDouble(Result::overheadMs);
  }

  /** The rules that were fulfilled in some repetitions only, and in how many: printable. */
  public String hits(Words words) {
    if (!kinds.contains(Kind.HITS)) {
      return "";
    }
    List<Result> observed =
        repetitions.stream().filter(Comparison::answered).filter(Observed::whatItDid).toList();
    Map<String, String> titles = new TreeMap<>();
    Map<String, Integer> counts = new TreeMap<>();
    for (Result row : observed) {
      titles.putAll(Change.hits(row));
      Change.hits(row).keySet().forEach(rule -> counts.merge(rule, 1, Integer::sum));
    }
    return counts.entrySet().stream()
        .filter(it -> it.getValue() < observed.size())
        .map(
            it ->
                words.get(
                    "flips.hit",
                    SafeText.printable(titles.getOrDefault(it.getKey(), it.getKey())),
                    it.getValue(),
                    observed.size()))
        .collect(Collectors.joining("; "));
  }

  /** In what they differ, in words. */
  public String inWords(Words words) {
    return kinds.stream()
        .map(kind -> words.get("flip." + kind.name()))
        .collect(Collectors.joining(words.get("list.between")));
  }
}
