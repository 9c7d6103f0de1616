/** What is kept of a run: results, the journal and the evidence in the run directory. */
@NullMarked
package org.malassay.run;

import org.jspecify.annotations.NullMarked;
