/**
 * The environment {@code raspbian}: a Raspberry Pi OS of 32 bits under QEMU, a pristine clone of a
 * booted one for each sample.
 *
 * <p>{@link org.malassay.environments.raspbian.RaspbianProvider} checks; {@code ImageStore} builds
 * the disk and the kernel from the recipe, or prepares a copy of an original image; {@code Boards}
 * are those that it may boot on. All else is what any {@link org.malassay.environments.machine}
 * has.
 */
@NullMarked
package org.malassay.environments.raspbian;

import org.jspecify.annotations.NullMarked;
