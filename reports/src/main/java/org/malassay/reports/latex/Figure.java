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

  /** How wide a text is. */
  interface Measure {
    double width(String text, double size);
  }

  static Figure of(Chart chart, Measure measure) {
    List<Shape> shapes = new ArrayList<>();
    for (Mark mark : chart.marks()) {
      shapes.add(shape(mark, measure));
    }
    double height = legend(chart, measure, shapes);
    double left = 0;
    double right = Chart.WIDTH;
    for (Shape shape : shapes) {
      if (shape instanceof Shape.Text text) {
        left = Math.min(left, text.x() - MARGIN);
        right = Math.max(right, text.x() + measure.width(text.text(), text.size()) + MARGIN);
      }
    }
    return new Figure(chart.title(), chart.description(), left, right - left, height, shapes);
  }

  private static Shape shape(Mark mark, Measure measure) {
    double x = Double.parseDouble(mark.x());
    double y = Double.parseDouble(mark.y());
    String style = mark.style();
    return switch (mark.kind()) {
      case "rect" ->
          new Shape.Box(
              x,
              y,
              Double.parseDouble(mark.width()),
              Double.parseDouble(mark.height()),
              style.equals("box question") ? 17 : style.startsWith("box ") ? 4 : 0,
              Palette.fill(style),
              Palette.edge(style),
              mark.text());
      case "line" ->
          new Shape.Line(
              x,
              y,
              Double.parseDouble(mark.width()),
              Double.parseDouble(mark.height()),
              Palette.stroke(style),
              Palette.thickness(style));
      case "text" -> {
        double size = Palette.size(style);
        double width = measure.width(mark.text(), size);
        double before =
            style.startsWith("end") ? width : style.startsWith("middle") ? width / 2 : 0;
        yield new Shape.Text(x - before, y, size, Palette.ink(style), mark.text());
      }
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
          new Shape.Box(
              x,
              y - SWATCH + 1,
              SWATCH,
              SWATCH,
              0,
              Palette.fill(key.style()),
              Palette.edge(key.style()),
              ""));
      shapes.add(new Shape.Text(x + SWATCH + 5, y, size, Palette.ink(SMALL), key.text()));
      x += width + 14;
    }
    return chart.legend().isEmpty() ? chart.height() : y + MARGIN;
  }
}
