/** The names that antivirus engines give a sample, and the score of these. */
@NullMarked
package org.malassay.label;

import org.jspecify.annotations.NullMarked;
