package org.malassay.reports.junit;

import org.malassay.reports.writing.Printable;
import org.malassay.reports.writing.Wording;

/** Pieces of XML. Printable text holds no character that XML 1.0 forbids. */
final class Xml {
  private Xml() {}

  /** An attribute with a space before it. */
  static String attribute(String name, String hostile) {
    return " %s=\"%s\"".formatted(name, Wording.html(Printable.line(hostile)));
  }

  /** Text of several lines, each of them printable already. */
  static String text(String printable) {
    return Wording.html(printable);
  }
}
