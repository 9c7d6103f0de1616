/**
 * What lies in the bytes of an image: a scan for formats, and a reader for each, in Java alone. A
 * format is a class. Nothing of an image is written to this machine or given to another program.
 *
 * <p>Every byte is hostile. Sizes are compared with what is there before anything is read or kept;
 * what an image can make a reader do is bounded by {@link org.malassay.firmware.unpack.Bounds}; a
 * name is text and never a path of this machine.
 */
@NullMarked
package org.malassay.firmware.unpack;

import org.jspecify.annotations.NullMarked;
