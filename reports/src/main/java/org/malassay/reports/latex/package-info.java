/**
 * {@code latex/}: the comparison for a paper. Tables are TeX in which all text is escaped; figures
 * are the charts of the page, as SVG and as PDF.
 */
@NullMarked
package org.malassay.reports.latex;

import org.jspecify.annotations.NullMarked;
