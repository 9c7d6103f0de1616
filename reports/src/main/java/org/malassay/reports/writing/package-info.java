/**
 * What the reports share: hostile text made printable, results in an order, words and templates.
 */
@NullMarked
package org.malassay.reports.writing;

import org.jspecify.annotations.NullMarked;
