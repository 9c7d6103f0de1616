/** Finding many literals in the bytes of a file at once; the lists of words to find. */
@NullMarked
package org.malassay.firmware.text;

import org.jspecify.annotations.NullMarked;
