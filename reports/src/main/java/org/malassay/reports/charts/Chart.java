package org.malassay.reports.charts;

import java.util.List;

/**
 * A chart as inline SVG.
 *
 * @param id of the element, unique on the page
 * @param title in a few words
 * @param description what it shows, in numbers, for those who do not see it
 * @param height in its own units; it is {@link #WIDTH} wide
 * @param marks what is drawn, in order
 * @param legend what its colors mean
 */
public record Chart(
    String id, String title, String description, int height, List<Mark> marks, List<Key> legend) {
  /** Narrow, so that its text can be read on a phone. */
  public static final int WIDTH = 480;

  /**
   * A line of the legend.
   *
   * @param style the class of its color
   * @param text what it stands for
   */
  public record Key(String style, String text) {}

  public Chart {
    marks = List.copyOf(marks);
    legend = List.copyOf(legend);
  }

  /** The box that is drawn. */
  public String box() {
    return "0 0 %d %d".formatted(WIDTH, height);
  }
}
