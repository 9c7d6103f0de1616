package org.malassay.reports.comparison;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.malassay.reports.comparison.SuiteAnswer.Outcome;
import org.malassay.reports.writing.Words;

/**
 * What became of bypasses and tasks, as tables in words, which the formats write in their own way.
 *
 * @param bypasses a bypass each, and what became of it in each environment; empty where none was
 *     tried
 * @param bypassHead the titles of its columns
 * @param tasks the same of tasks
 * @param taskHead the titles of its columns
 * @param broken an environment each: its false positive rate
 * @param pairs two environments each, by the tasks that are broken
 */
public record SuiteTable(
    List<List<String>> bypasses,
    List<String> bypassHead,
    List<List<String>> tasks,
    List<String> taskHead,
    List<List<String>> broken,
    List<List<String>> pairs) {

  /** Those of these suites. */
  public static SuiteTable of(Suites suites, Words words) {
    List<List<String>> bypasses = lines(suites.bypasses(), suites, words);
    if (!bypasses.isEmpty()) {
      bypasses.add(0, count(suites, words));
    }
    List<List<String>> tasks = lines(suites.tasks(), suites, words);
    tasks.addAll(lines(suites.ways(), suites, words));
    return new SuiteTable(
        bypasses,
        head("table.bypasses.head", suites, words),
        tasks,
        head("table.tasks.head", suites, words),
        suites.broken().stream().map(it -> broken(it, words)).toList(),
        suites.pairs().stream().map(it -> it.line(words)).toList());
  }

  private static List<String> head(String key, Suites suites, Words words) {
    List<String> head = new ArrayList<>(words.titles(key));
    suites.environments().forEach(name -> head.add(words.environment(name)));
    return head;
  }

  private static List<String> count(Suites suites, Words words) {
    List<String> line = new ArrayList<>(List.of(words.get("bypasses.count")));
    for (String environment : suites.environments()) {
      long open = suites.count(environment, Outcome.OPEN);
      long told = open + suites.count(environment, Outcome.CLOSED);
      long untold = suites.untold(environment);
      line.add(
          untold == 0
              ? words.get("bypasses.of", open, told)
              : words.get("bypasses.untold", open, told, untold));
    }
    return line;
  }

  private static List<List<String>> lines(
      Map<String, Map<String, SuiteAnswer>> told, Suites suites, Words words) {
    List<List<String>> lines = new ArrayList<>();
    told.forEach(
        (name, its) -> {
          List<String> line = new ArrayList<>(List.of(name));
          for (String environment : suites.environments()) {
            SuiteAnswer answer = its.getOrDefault(environment, SuiteAnswer.NOT_TOLD);
            line.add(words.get("suite." + answer.outcome().name()));
          }
          lines.add(line);
        });
    return lines;
  }

  private static List<String> broken(Suites.Broken rate, Words words) {
    return List.of(
        words.environment(rate.environment()),
        String.valueOf(rate.of()),
        String.valueOf(rate.breaks()),
        String.valueOf(rate.warns()),
        String.valueOf(rate.notTold()),
        words.percent((double) rate.breaks() / rate.of()),
        words.percents(rate.interval().low(), rate.interval().high()));
  }
}
