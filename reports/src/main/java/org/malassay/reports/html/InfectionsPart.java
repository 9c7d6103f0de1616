package org.malassay.reports.html;

import java.util.ArrayList;
import java.util.List;
import org.malassay.reports.comparison.Infections;
import org.malassay.reports.comparison.StageTable;
import org.malassay.reports.writing.Cell;
import org.malassay.reports.writing.Table;
import org.malassay.reports.writing.Words;

/**
 * How far login sessions came, as the page shows it.
 *
 * @param stages by environment
 * @param pairs of environments; without rows where there is one
 */
public record InfectionsPart(Table stages, Table pairs) {

  static InfectionsPart of(Infections infections, Words words) {
    StageTable table = StageTable.of(infections, words);
    return new InfectionsPart(
        new Table(
            words.get("table.stages"),
            table.head(),
            table.lines().stream().map(InfectionsPart::cells).toList()),
        new Table(
            words.get("table.ran"),
            words.titles("table.ran.head"),
            table.pairs().stream().map(InfectionsPart::cells).toList()));
  }

  private static List<Cell> cells(List<String> line) {
    List<Cell> cells = new ArrayList<>();
    line.forEach(text -> cells.add(cells.isEmpty() ? Cell.of(text) : Cell.number(text)));
    return cells;
  }
}
