/** What protects the memory of a program, told by its file alone. */
@NullMarked
package org.malassay.firmware.program;

import org.jspecify.annotations.NullMarked;
