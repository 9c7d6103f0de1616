/** The one options model: system properties with defaults, help and readable errors. */
@NullMarked
package org.malassay.options;

import org.jspecify.annotations.NullMarked;
