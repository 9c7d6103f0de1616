/** What an image starts by itself, and who may log in. */
@NullMarked
package org.malassay.firmware.system;

import org.jspecify.annotations.NullMarked;
