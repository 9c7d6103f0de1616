/** Finding many literals in the bytes of a file at once. */
@NullMarked
package org.malassay.firmware.text;

import org.jspecify.annotations.NullMarked;
