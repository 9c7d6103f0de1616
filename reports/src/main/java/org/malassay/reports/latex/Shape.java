package org.malassay.reports.latex;

import java.util.Optional;

/** A piece of a figure, with all that is needed to draw it. Colors are {@code #rgb} or longer. */
sealed interface Shape {

  /**
   * A rectangle.
   *
   * @param round the radius of its corners
   * @param title what it stands for; may be empty
   */
  record Box(
      double x,
      double y,
      double width,
      double height,
      double round,
      String fill,
      Optional<String> edge,
      String title)
      implements Shape {}

  /** A line between two points. */
  record Line(double x1, double y1, double x2, double y2, String color, double thickness)
      implements Shape {}

  /**
   * A text on one line.
   *
   * @param x where it begins
   * @param y of the line that it stands on
   */
  record Text(double x, double y, double size, String color, String text) implements Shape {}
}
