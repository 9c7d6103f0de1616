package org.malassay.reports.comparison;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.TreeSet;
import org.malassay.run.Result;
import org.malassay.sample.SafeText;
import org.malassay.score.Hit;

/**
 * How many samples fulfil a rule of each technique.
 *
 * @param byTechnique for each technique, printable and in order, the samples in each environment,
 *     in the order of their names; empty where nobody looked
 */
public record TechniqueCounts(Map<String, List<OptionalInt>> byTechnique) {

  /** Those of the environments that the rows are from. */
  public static TechniqueCounts of(List<Result> rows) {
    Map<String, Map<String, Integer>> counts = new TreeMap<>();
    TreeSet<String> observed = new TreeSet<>();
    TreeSet<String> techniques = new TreeSet<>();
    for (Result row : rows) {
      Map<String, Integer> count =
          counts.computeIfAbsent(row.environment(), name -> new TreeMap<>());
      if (Observed.calls(row)) {
        observed.add(row.environment());
      }
      row.impact().stream()
          .flatMap(it -> it.hits().stream())
          .map(Hit::techniques)
          .flatMap(List::stream)
          .map(it -> SafeText.printable(it.toUpperCase(Locale.ROOT)))
          .distinct()
          .forEach(it -> count.merge(it, 1, Integer::sum));
      techniques.addAll(count.keySet());
    }
    Map<String, List<OptionalInt>> byTechnique = new LinkedHashMap<>();
    for (String technique : techniques) {
      List<OptionalInt> line = new ArrayList<>();
      counts.forEach(
          (environment, count) ->
              line.add(
                  count.containsKey(technique) || observed.contains(environment)
                      ? OptionalInt.of(count.getOrDefault(technique, 0))
                      : OptionalInt.empty()));
      byTechnique.put(technique, line);
    }
    return new TechniqueCounts(byTechnique);
  }
}
