/** Programs that changed while their version did not. */
@NullMarked
package org.malassay.firmware.cluster;

import org.jspecify.annotations.NullMarked;
