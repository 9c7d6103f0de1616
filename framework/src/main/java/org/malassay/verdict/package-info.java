/** Whether a sample runs, and why not: pure functions of the file and its execution. */
@NullMarked
package org.malassay.verdict;

import org.jspecify.annotations.NullMarked;
