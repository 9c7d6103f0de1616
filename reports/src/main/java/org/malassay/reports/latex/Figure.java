package org.malassay.reports.latex;

import java.util.ArrayList;
import java.util.List;
import org.malassay.reports.charts.Chart;
import org.malassay.reports.charts.Mark;
import org.malassay.reports.charts.Palette;

/**
 * A chart with its legend below it, ready to be drawn: every text has its place, and all of it is
 * within the figure.
 *
 * @param title in a few words
 * @param description what it shows, in numbers
 * @param left where it begins; less than 0 where a name is longer than the chart has room for
 * @param width how wide it is
 * @param height how high it is; it begins at 0
 */
record Figure(
    String title,
    String description,
    double left,
    double width,
    double height,
    List<Shape> shapes) {
  private static final double MARGIN = 4;
  private static final double LINE = 15;
  private static final double SWATCH = 9;
  private static final String SMALL = "small";

  Figure {
    shapes = List.copyOf(shapes);
  }

  static Figure of(Chart chart, Measure measure) {
    List<Shape> shapes = new ArrayList<>();
    for (Mark mark : chart.marks()) {
      shapes.add(shape(mark));
    }
    double height = legend(chart, measure, shapes);
    double left = 0;
    double right = Chart.WIDTH;
    for (Shape shape : shapes) {
      if (shape instanceof Text text) {
        left = Math.min(left, text.left(measure) - MARGIN);
        right = Math.max(right, text.right(measure) + MARGIN);
      }
    }
    return new Figure(chart.title(), chart.description(), left, right - left, height, shapes);
  }

  private static Shape shape(Mark mark) {
    double x = Double.parseDouble(mark.x());
    double y = Double.parseDouble(mark.y());
    String style = mark.style();
    return switch (mark.kind()) {
      case "rect" ->
          new Box(
              x,
              y,
              Double.parseDouble(mark.width()),
              Double.parseDouble(mark.height()),
              style.equals("box question") ? 17 : style.startsWith("box ") ? 4 : 0,
              Palette.fill(style),
              Palette.edge(style),
              mark.text());
      case "line" ->
          new Line(
              x,
              y,
              Double.parseDouble(mark.width()),
              Double.parseDouble(mark.height()),
              Palette.stroke(style),
              Palette.thickness(style));
      case "text" ->
          new Text(
              x, y, Text.Anchor.of(style), Palette.size(style), Palette.ink(style), mark.text());
      default -> throw new IllegalArgumentException("a chart has no mark " + mark.kind());
    };
  }

  /** Adds the legend, as many keys on a line as fit; returns where the figure ends. */
  private static double legend(Chart chart, Measure measure, List<Shape> shapes) {
    double size = Palette.size(SMALL);
    double x = MARGIN;
    double y = chart.height() + LINE;
    for (Chart.Key key : chart.legend()) {
      double width = SWATCH + 5 + measure.width(key.text(), size);
      if (x > MARGIN && x + width > Chart.WIDTH) {
        x = MARGIN;
        y += LINE;
      }
      shapes.add(
          new Box(
              x,
              y - SWATCH + 1,
              SWATCH,
              SWATCH,
              0,
              Palette.fill(key.style()),
              Palette.edge(key.style()),
              ""));
      shapes.add(
          new Text(x + SWATCH + 5, y, Text.Anchor.START, size, Palette.ink(SMALL), key.text()));
      x += width + 14;
    }
    return chart.legend().isEmpty() ? chart.height() : y + MARGIN;
  }
}
