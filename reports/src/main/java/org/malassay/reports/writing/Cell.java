package org.malassay.reports.writing;

/**
 * A cell of a table.
 *
 * @param text printable
 * @param href the state of the page that shows the rows behind it, such as {@code #env=0}; may be
 *     empty
 * @param kind its class, such as {@code number}; may be empty
 */
public record Cell(String text, String href, String kind) {
  /** A cell that leads nowhere. */
  public static Cell of(String text) {
    return new Cell(text, "", "");
  }

  /** A number that is written already. */
  public static Cell number(String text) {
    return new Cell(text, "", "number");
  }

  /** A number. */
  public static Cell number(long count) {
    return number(String.valueOf(count));
  }

  /** The same, with the rows behind it; none is behind nothing. */
  public Cell to(String state) {
    return text.equals("0") ? this : new Cell(text, "#" + state, kind);
  }
}
