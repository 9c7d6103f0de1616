/**
 * A cloned Linux guest under QEMU, without what makes it a Raspberry Pi.
 *
 * <p>A {@code Machine} is what QEMU emulates, on a {@code Board}, and boots an {@code Image};
 * {@code TemplateStore} boots it once and saves what runs; {@code GuestStarter} wakes a {@code Vm}
 * from that {@code Template}, or boots one, for each {@code MachineGuest}, which puts the sample in
 * and has the agent run it by a {@code Session}: with an agent that waits in the clone, or by SSH.
 */
@NullMarked
package org.malassay.environments.machine;

import org.jspecify.annotations.NullMarked;
