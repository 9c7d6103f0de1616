package org.malassay.reports.summary;

import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.malassay.reports.writing.Printable;

/** Hostile text in GitHub's Markdown. */
final class Markdown {
  private static final int LIMIT = 500;

  /**
   * Every sign that can begin something: an element, a link, a table cell. The points of file names
   * stay readable, but for {@code www.}, which makes a link by itself.
   */
  private static final Pattern SIGN = Pattern.compile("[\\p{Punct}&&[^-,/.]]|(?<=[wW])\\.");

  private Markdown() {}

  /** Within a code element, where neither names nor numbers become links; only its beginning. */
  static String code(String hostile) {
    return "<code>" + text(Printable.beginning(hostile, LIMIT)) + "</code>";
  }

  /** Printable text with each of these signs as a numbered entity. */
  static String text(String printable) {
    return SIGN.matcher(printable)
        .replaceAll(sign -> "&#%d;".formatted((int) sign.group().charAt(0)));
  }

  /** A table of such text; all columns but the first are of numbers. */
  static void table(Writer out, List<String> head, List<List<String>> lines) throws IOException {
    row(out, head);
    out.write("|---|" + "---:|".repeat(head.size() - 1) + "\n");
    for (List<String> line : lines) {
      row(out, line);
    }
  }

  private static void row(Writer out, List<String> cells) throws IOException {
    out.write(cells.stream().map(Markdown::text).collect(Collectors.joining(" | ", "| ", " |\n")));
  }
}
