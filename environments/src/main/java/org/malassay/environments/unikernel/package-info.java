/**
 * The environments {@code unikernel}, {@code unikernel-sealed} and {@code unikernel-linux}: a web
 * server that is its own operating system, booted under QEMU for each sample.
 *
 * <p>A {@code Kernel} tells how it is built; {@code KernelProvider} checks and builds, {@code
 * UnikernelEnvironment} boots a {@code UnikernelMachine} for each {@code UnikernelGuest}, one
 * {@code Spare} being ready ahead, and the guest puts the sample in and starts it by POST to the
 * web service.
 */
@NullMarked
package org.malassay.environments.unikernel;

import org.jspecify.annotations.NullMarked;
