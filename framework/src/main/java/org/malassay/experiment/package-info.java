/** The way through: from a corpus and environments to dynamic tests and results. */
@NullMarked
package org.malassay.experiment;

import org.jspecify.annotations.NullMarked;
