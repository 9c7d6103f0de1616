package org.malassay.reports.junit;

import org.malassay.reports.writing.Printable;
import org.malassay.reports.writing.Wording;

/** Pieces of XML. What XML 1.0 forbids is not printable either. */
final class Xml {
  private Xml() {}

  /** An attribute with a space before it. */
  static String attribute(String name, String hostile) {
    return " %s=\"%s\"".formatted(name, text(Printable.line(hostile)));
  }

  /** Lines that are printable already. */
  static String text(String printable) {
    return Wording.html(printable);
  }
}
