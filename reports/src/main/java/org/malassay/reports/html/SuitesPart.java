package org.malassay.reports.html;

import java.util.ArrayList;
import java.util.List;
import org.malassay.reports.comparison.SuiteTable;
import org.malassay.reports.comparison.Suites;
import org.malassay.reports.writing.Cell;
import org.malassay.reports.writing.Table;
import org.malassay.reports.writing.Words;

/**
 * What defences stop and break, as the page shows it.
 *
 * @param tables those that have rows
 */
public record SuitesPart(List<Table> tables) {

  static SuitesPart of(Suites suites, Words words) {
    SuiteTable table = SuiteTable.of(suites, words);
    List<Table> tables = new ArrayList<>();
    tables.add(table(words.get("table.bypasses"), table.bypassHead(), table.bypasses()));
    tables.add(table(words.get("table.tasks"), table.taskHead(), table.tasks()));
    tables.add(table(words.get("table.broken"), words.titles("table.broken.head"), table.broken()));
    tables.add(
        table(
            words.get("table.brokenpairs"), words.titles("table.brokenpairs.head"), table.pairs()));
    return new SuitesPart(tables.stream().filter(it -> !it.rows().isEmpty()).toList());
  }

  private static Table table(String caption, List<String> head, List<List<String>> lines) {
    return new Table(
        caption, head, lines.stream().map(line -> line.stream().map(Cell::of).toList()).toList());
  }
}
