package org.malassay.reports.charts;

import java.util.Locale;

/**
 * A piece of a chart. All numbers are in the chart's own units.
 *
 * @param kind of SVG's element: {@code rect}, {@code line} or {@code text}
 * @param x of a line, its first end
 * @param y of a line, its first end
 * @param width of a line, the x of its second end
 * @param height of a line, the y of its second end
 * @param style its classes
 * @param text of a text, itself; of a rectangle, what it stands for; may be empty
 * @param href the state of report.html that shows the rows behind it, such as {@code #env=0}; may
 *     be empty
 */
public record Mark(
    String kind,
    String x,
    String y,
    String width,
    String height,
    String style,
    String text,
    String href) {

  /** A rectangle. */
  public static Mark rect(
      double x, double y, double width, double height, String style, String title, String href) {
    return new Mark(
        "rect", n(x), n(y), n(Math.max(0, width)), n(Math.max(0, height)), style, title, href);
  }

  /** A line. */
  public static Mark line(double x1, double y1, double x2, double y2, String style) {
    return new Mark("line", n(x1), n(y1), n(x2), n(y2), style, "", "");
  }

  /** A text that leads nowhere. */
  public static Mark text(double x, double y, String style, String text) {
    return text(x, y, style, text, "");
  }

  /** A text. */
  public static Mark text(double x, double y, String style, String text, String href) {
    return new Mark("text", n(x), n(y), "", "", style, text, href);
  }

  private static String n(double number) {
    return String.format(Locale.ROOT, "%.1f", number).replaceFirst("\\.0$", "");
  }
}
