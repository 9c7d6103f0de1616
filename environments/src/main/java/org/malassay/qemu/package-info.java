/**
 * What the environments that are machines under QEMU share: {@code Vm} is one running QEMU, {@code
 * Qmp} its monitor, {@code Qemu} the installed emulator; {@code Cache} keeps what takes long to
 * make, complete or not at all ({@code Manifest}).
 */
@NullMarked
package org.malassay.qemu;

import org.jspecify.annotations.NullMarked;
