package org.malassay.reports.html;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.malassay.reports.comparison.Flip;
import org.malassay.reports.comparison.Flips;
import org.malassay.reports.writing.Cell;
import org.malassay.reports.writing.Table;
import org.malassay.reports.writing.Wording;
import org.malassay.reports.writing.Words;

/**
 * How repeated measurements differ, as the page shows it.
 *
 * @param sentence what it says
 * @param counts how many samples differ in which way
 * @param rows the gravest of them, with why
 */
public record FlipsPart(String sentence, Table counts, Table rows) {
  /** The samples that are shown. */
  private static final int MOST = 100;

  static FlipsPart of(Flips flips, Words words) {
    return new FlipsPart(flips.sentence(words), counts(flips, words), rows(flips, words));
  }

  private static Table counts(Flips flips, Words words) {
    List<String> head = new ArrayList<>(words.titles("table.flips.head"));
    List<Cell> all = new ArrayList<>(List.of(Cell.of(words.get("flips.repeated"))));
    flips
        .repeated()
        .forEach(
            (environment, count) -> {
              head.add(words.environment(environment));
              all.add(Cell.number(count));
            });
    List<List<Cell>> lines = new ArrayList<>(List.of(all));
    for (Map.Entry<Flip.Kind, Map<String, Integer>> kind : flips.counts().entrySet()) {
      List<Cell> line = new ArrayList<>();
      line.add(Cell.of(words.get("flip." + kind.getKey().name())));
      for (String environment : flips.repeated().keySet()) {
        line.add(Cell.number(kind.getValue().getOrDefault(environment, 0)).to("repetitions-rows"));
      }
      lines.add(line);
    }
    return new Table(words.get("table.flips"), head, lines);
  }

  private static Table rows(Flips flips, Words words) {
    List<List<Cell>> lines = new ArrayList<>();
    for (Flip flip : flips.flips().stream().limit(MOST).toList()) {
      lines.add(
          List.of(
              Cell.of(Wording.title(flip.row())).to("sample=" + flip.row().sha256()),
              Cell.of(words.environment(flip.row().environment())),
              Cell.of(flip.inWords(words)),
              Cell.of(flip.said(words)),
              Cell.of(flip.hits(words))));
    }
    int all = flips.flips().size();
    return new Table(
        all > MOST ? words.get("table.flipped.first", MOST, all) : words.get("table.flipped"),
        words.titles("table.flipped.head"),
        lines);
  }
}
