package org.malassay.reports.latex;

/** A line between two points. */
record Line(double x1, double y1, double x2, double y2, String color, double thickness)
    implements Shape {}
