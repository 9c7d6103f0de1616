/** The list of an image's components in the format of CycloneDX. */
@NullMarked
package org.malassay.firmware.bom;

import org.jspecify.annotations.NullMarked;
