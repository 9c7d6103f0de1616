/**
 * Charts of the comparison, as records: what every format that draws them shares. They say what
 * stands where, and in which class of color; a format makes elements or strokes of them.
 */
@NullMarked
package org.malassay.reports.charts;

import org.jspecify.annotations.NullMarked;
