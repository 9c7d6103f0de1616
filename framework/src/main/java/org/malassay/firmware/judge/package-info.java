/** Turns the entries of one image into its facts. */
@NullMarked
package org.malassay.firmware.judge;

import org.jspecify.annotations.NullMarked;
