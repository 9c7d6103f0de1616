package org.malassay.sample;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Text in a cell of a CSV file. */
public final class CsvCell {
  /**
   * What a spreadsheet takes for the beginning of a formula, the full-width forms included, where a
   * cell begins: at the start, or after a semicolon, which separates cells where the comma is the
   * decimal point.
   */
  private static final Pattern FORMULA = Pattern.compile("((?:^|;)[\\s\"]*)([=+\\-@＝＋－＠])");

  private CsvCell() {}

  /** The text, printable, never a formula, and such that undoing the escapes gives it back. */
  public static String text(String hostile) {
    return FORMULA
        .matcher(SafeText.printable(hostile.replace("\\", "\\\\")))
        .replaceAll(
            match ->
                Matcher.quoteReplacement(match.group(1) + escaped(match.group(2).codePointAt(0))));
  }

  private static String escaped(int point) {
    return (point < 0x100 ? "\\x%02x" : "\\u%04x").formatted(point);
  }
}
