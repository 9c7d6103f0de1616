/** Source packages that vendors publish as the GPL asks, compared with binary firmware. */
@NullMarked
package org.malassay.firmware.source;

import org.jspecify.annotations.NullMarked;
