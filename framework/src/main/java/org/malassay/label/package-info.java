/** What antivirus engines call a sample, and the score of that. */
@NullMarked
package org.malassay.label;

import org.jspecify.annotations.NullMarked;
