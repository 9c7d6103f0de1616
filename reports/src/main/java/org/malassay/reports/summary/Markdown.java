package org.malassay.reports.summary;

import java.util.regex.Pattern;
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
}
