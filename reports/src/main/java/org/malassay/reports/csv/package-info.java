/**
 * Tables for spreadsheets and statistics: {@code results.csv}, {@code features.csv}, {@code
 * file-types.csv}, {@code comparison.csv} and {@code baseline.csv}.
 *
 * <p>RFC 4180, UTF-8, with a header. An empty cell was not measured; it never stands for 0. Text is
 * printable: what does not print, the backslash itself, and any character that would make a
 * spreadsheet take the cell for a formula, is an escape (a line feed as <code>
 * &#92;n</code>, an escape sign as <code>&#92;x1b</code>, an equals sign as <code>&#92;x3d
 * </code>). Undoing the escapes gives the text as it was.
 */
@NullMarked
package org.malassay.reports.csv;

import org.jspecify.annotations.NullMarked;
