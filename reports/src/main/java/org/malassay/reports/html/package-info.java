/**
 * {@code report.html}: the comparison as one file that needs nothing else. Charts and tables are
 * records that templates turn into HTML and SVG; large tables are data that a script draws, as text
 * only. A content security policy lets that one script run, and nothing be fetched.
 */
@NullMarked
package org.malassay.reports.html;

import org.jspecify.annotations.NullMarked;
