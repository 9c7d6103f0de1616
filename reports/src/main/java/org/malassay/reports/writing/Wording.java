package org.malassay.reports.writing;

import java.math.BigDecimal;
import java.util.OptionalDouble;
import org.malassay.label.Label;
import org.malassay.run.Repetitions;
import org.malassay.run.Result;
import org.malassay.sample.SafeText;

/** How results are put into words, the same in every report. Everything returned is printable. */
public final class Wording {
  private static final int NAME_LIMIT = 80;

  private Wording() {}

  /** The name that tells a row apart within an environment: {@code file name [sha256 prefix]}. */
  public static String title(Result result) {
    return title(result, NAME_LIMIT);
  }

  /** The same where there is less room for the file's name. */
  public static String title(Result result, int limit) {
    return "%s [%s]"
        .formatted(
            Printable.beginning(result.sampleName(), limit), result.sha256().substring(0, 12));
  }

  /** The same that tells repetitions apart, too; that of the first one is its title. */
  public static String row(Result result) {
    return title(result) + Repetitions.words(result.repetition());
  }

  /** The verdict and its cause in one line, such as {@code NOT_EXECUTABLE: exit status: 1}. */
  public static String verdict(Result result) {
    return result.verdict().outcome()
        + result
            .verdict()
            .cause()
            .map(cause -> ": " + SafeText.printable(cause.toString()))
            .orElse("");
  }

  /** The category of the sample, or why it has none, such as {@code weak label}. */
  public static String category(Label label) {
    return label.category().orElseGet(() -> none(label.status()));
  }

  private static String none(Label.Status status) {
    return switch (status) {
      case LABELLED, UNKNOWN_CATEGORY -> "unknown";
      case WEAK -> "none: weak label";
      case NOT_DETECTED -> "none: not detected";
      case MISSING -> "none: no label";
    };
  }

  /** A number without an exponent and without zeros that say nothing: {@code 7.5}, {@code 10}. */
  public static String number(double value) {
    return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }

  /** A number that may be missing: {@code none}. */
  public static String number(OptionalDouble value) {
    return value.isPresent() ? number(value.getAsDouble()) : "none";
  }

  /** Text with the characters that HTML gives a meaning replaced. */
  public static String html(String printable) {
    return printable
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
