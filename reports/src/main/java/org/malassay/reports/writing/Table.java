package org.malassay.reports.writing;

import java.util.List;

/**
 * A small table.
 *
 * @param caption what it shows
 * @param head the titles of its columns; the first column is that of its rows' titles
 * @param rows the cells of each row
 */
public record Table(String caption, List<String> head, List<List<Cell>> rows) {
  public Table {
    head = List.copyOf(head);
    rows = List.copyOf(rows);
  }

  /** The class of a column: that of its first cell. */
  public String kind(int column) {
    return rows.isEmpty() ? "" : rows.get(0).get(column).kind();
  }
}
