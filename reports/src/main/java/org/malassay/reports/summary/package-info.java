/** The page that a CI system shows above its log. */
@NullMarked
package org.malassay.reports.summary;

import org.jspecify.annotations.NullMarked;
