/** Known programs and libraries with their versions, by rules that are data. */
@NullMarked
package org.malassay.firmware.application;

import org.jspecify.annotations.NullMarked;
