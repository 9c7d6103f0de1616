/**
 * What the reports share: hostile text made printable, files that appear whole, and texts sorted on
 * the disk because a run may be larger than memory.
 */
@NullMarked
package org.malassay.reports.writing;

import org.jspecify.annotations.NullMarked;
