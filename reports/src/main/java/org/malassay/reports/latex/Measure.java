package org.malassay.reports.latex;

/** How wide a text is. */
interface Measure {
  double width(String text, double size);
}
