package org.malassay.environments.machine;

import java.time.Duration;
import org.malassay.environment.GuestException;
import org.malassay.environments.host.Await;
import org.malassay.environments.host.Timeout;
import org.malassay.environments.qemu.VcpuTime;
import org.malassay.environments.qemu.Vm;

/**
 * Waits until a guest has nothing left to do. What it still has to do when it is saved is done by
 * each of its clones: the end of one SSH session, noticed by sshd and written to the journal, costs
 * a clone a tenth of a second of translation.
 */
final class Rest {
  /** How long it has to idle: udev sends its idle workers away after three seconds. */
  private static final int LOOKS = 5;

  private static final Duration BETWEEN = Duration.ofSeconds(1);

  /** What a guest that idles takes of a processor in that time is a third of this. */
  private static final Duration IDLE = Duration.ofMillis(60);

  /** For the name of a template: what was awaited. */
  static final String RULE = "%d x %s in %s".formatted(LOOKS, IDLE, BETWEEN);

  private Rest() {}

  /** Waits; not for ever for a guest that is never idle, which goes on as it is. */
  static void await(Vm vm) throws GuestException {
    long deadline = System.nanoTime() + vm.timeouts().of(Timeout.SETTLING).toNanos();
    for (int idle = 0; idle < LOOKS && System.nanoTime() < deadline; ) {
      var before = vm.vcpus();
      Await.pause(BETWEEN);
      Duration ran = VcpuTime.between(before, vm.vcpus()).ran();
      idle = ran.compareTo(IDLE) < 0 ? idle + 1 : 0;
    }
  }
}
