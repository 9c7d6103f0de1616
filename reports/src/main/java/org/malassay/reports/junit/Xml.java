package org.malassay.reports.junit;

import org.malassay.reports.writing.Wording;
import org.malassay.sample.SafeText;

/** Pieces of XML. What XML 1.0 forbids is not printable either. */
final class Xml {
  private Xml() {}

  /** An attribute with a space before it. */
  static String attribute(String name, String hostile) {
    return " %s=\"%s\"".formatted(name, text(SafeText.printable(hostile)));
  }

  /** Lines that are printable already. */
  static String text(String printable) {
    return Wording.html(printable);
  }
}
