package org.malassay.reports.latex;

/** A piece of a figure, with all that is needed to draw it. Colors are {@code #rgb} or longer. */
sealed interface Shape permits Box, Line, Text {}
