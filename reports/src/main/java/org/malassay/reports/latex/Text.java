package org.malassay.reports.latex;

/**
 * A text on one line.
 *
 * @param x of its anchor
 * @param y of the line that it stands on
 */
record Text(double x, double y, Anchor anchor, double size, String color, String text)
    implements Shape {

  /** Where it begins. */
  double left(Measure measure) {
    return x - anchor.before * measure.width(text, size);
  }

  /** Where it ends. */
  double right(Measure measure) {
    return left(measure) + measure.width(text, size);
  }

  /** Which place of a text is given. */
  enum Anchor {
    START(0),
    MIDDLE(0.5),
    END(1);

    /** The share of the text that is before it. */
    private final double before;

    Anchor(double before) {
      this.before = before;
    }

    static Anchor of(String style) {
      return style.startsWith("end") ? END : style.startsWith("middle") ? MIDDLE : START;
    }
  }
}
