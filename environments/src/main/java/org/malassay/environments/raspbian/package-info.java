/**
 * The environment {@code raspbian}: a Raspberry Pi OS of 32 bits under QEMU, a pristine clone of a
 * booted one for each sample.
 *
 * <p>{@link org.malassay.environments.raspbian.RaspbianProvider} checks; {@code ImageStore} builds
 * the disk and the kernel from the recipe, or prepares a copy of an original image; {@code
 * TemplateStore} boots them once and saves what runs; {@code RaspbianEnvironment} wakes a {@code
 * Vm} from it, or boots one, for each {@code RaspbianGuest}, which puts the sample in and has the
 * agent run it by a {@code Session}: with an agent that waits in the clone, or by SSH.
 */
@NullMarked
package org.malassay.environments.raspbian;

import org.jspecify.annotations.NullMarked;
