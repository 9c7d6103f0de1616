package org.malassay.reports.comparison;

import java.util.ArrayList;
import java.util.List;
import org.malassay.reports.writing.Words;

/**
 * The stages of infections as a table in words, which the formats write in their own way.
 *
 * @param head the titles of its columns
 * @param lines a stage each: its name, and how many sessions reached it in each environment
 * @param pairs two environments each, by whether anything of a session ran
 */
public record StageTable(List<String> head, List<List<String>> lines, List<List<String>> pairs) {

  /** Those of these infections. */
  public static StageTable of(Infections infections, Words words) {
    List<String> head = new ArrayList<>(words.titles("table.stages.head"));
    infections.sessions().keySet().forEach(name -> head.add(words.environment(name)));
    List<List<String>> lines = new ArrayList<>();
    List<String> sessions = new ArrayList<>(List.of(words.get("stages.sessions")));
    infections.sessions().values().forEach(count -> sessions.add(String.valueOf(count)));
    lines.add(sessions);
    if (infections.cut().values().stream().anyMatch(count -> count > 0)) {
      List<String> cut = new ArrayList<>(List.of(words.get("stages.cut")));
      infections.cut().values().forEach(count -> cut.add(String.valueOf(count)));
      lines.add(cut);
    }
    for (String stage : infections.stages().keySet()) {
      List<String> line = new ArrayList<>(List.of(name(stage, words)));
      for (String environment : infections.sessions().keySet()) {
        Infections.Seen seen = infections.seen(stage, environment);
        line.add(
            seen.refused() == 0
                ? String.valueOf(seen.reached())
                : words.get("stages.refused", seen.reached(), seen.refused()));
      }
      lines.add(line);
    }
    return new StageTable(
        head, lines, infections.pairs().stream().map(pair -> pair.line(words)).toList());
  }

  private static String name(String stage, Words words) {
    return Infections.STAGES.contains(stage)
        ? "(%s) %s".formatted(stage, words.get("stage." + stage))
        : "(%s)".formatted(stage);
  }
}
