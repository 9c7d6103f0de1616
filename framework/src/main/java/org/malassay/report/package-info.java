/** What comes out: the interface that a report format implements. */
@NullMarked
package org.malassay.report;

import org.jspecify.annotations.NullMarked;
