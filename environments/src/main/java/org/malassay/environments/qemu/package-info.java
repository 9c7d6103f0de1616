/**
 * One running QEMU ({@code Vm}), its monitor ({@code Qmp}), the installed emulator ({@code Qemu}),
 * and the watch over a sample in such a machine.
 */
@NullMarked
package org.malassay.environments.qemu;

import org.jspecify.annotations.NullMarked;
