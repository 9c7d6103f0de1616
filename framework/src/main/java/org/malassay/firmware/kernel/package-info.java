/** What is known of a kernel, by its bytes, its configuration, its map and its modules. */
@NullMarked
package org.malassay.firmware.kernel;

import org.jspecify.annotations.NullMarked;
