/** The studies, and the project's own samples that they run when nobody names others. */
@NullMarked
package org.malassay.experiments;

import org.jspecify.annotations.NullMarked;
