/** What is written whole or not at all, and why a file could not be read or written. */
@NullMarked
package org.malassay.files;

import org.jspecify.annotations.NullMarked;
