package org.malassay.reports.writing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.malassay.sample.SafeText;

/** Hostile text in a form that can be shown, beyond {@link SafeText}. */
public final class Printable {
  private static final Pattern WITHIN_LINE = Pattern.compile("[^\\n\\t]+");

  private Printable() {}

  /** One line, and no more than its beginning, for places where the length matters more. */
  public static String beginning(String hostile, int limit) {
    return head(SafeText.printable(hostile), limit);
  }

  /**
   * The same for a format that programs read. Of a text without end, no more than is shown is
   * looked at.
   */
  public static String bounded(String hostile, int limit) {
    int most = 2 * limit + 2; // a character is two units at most
    return head(
        SafeText.visible(hostile.length() <= most ? hostile : hostile.substring(0, most)), limit);
  }

  private static String head(String line, int limit) {
    return line.codePointCount(0, line.length()) <= limit
        ? line
        : line.substring(0, line.offsetByCodePoints(0, limit)) + "…";
  }

  /** Several lines: line feeds and tabs stay, bytes that are not UTF-8 show as {@code \xff}. */
  public static String lines(byte[] hostile) {
    return WITHIN_LINE
        .matcher(SafeText.decode(hostile, UTF_8))
        .replaceAll(line -> Matcher.quoteReplacement(SafeText.printable(line.group())));
  }
}
