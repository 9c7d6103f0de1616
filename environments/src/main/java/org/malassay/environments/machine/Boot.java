package org.malassay.environments.machine;

import java.time.Duration;
import org.malassay.environment.GuestException;
import org.malassay.environment.Piece;
import org.malassay.environment.Probe;
import org.malassay.environments.host.Await;
import org.malassay.environments.host.LastWords;
import org.malassay.environments.host.Timeout;
import org.malassay.environments.qemu.FirstPage;
import org.malassay.environments.qemu.Vm;

/** Waits for a machine that was switched on. */
final class Boot {
  private static final Duration PAUSE = Duration.ofMillis(200);

  private Boot() {}

  /**
   * Waits until the web service answers, if there is to be one, and SSH lets in.
   *
   * @return the first session
   */
  static Ssh await(Vm vm, Machine machine, Image image, boolean serves) throws GuestException {
    long deadline = System.nanoTime() + vm.timeouts().of(Timeout.BOOT).toNanos();
    boolean hasPort = machine.board().channels().contains(Machine.AWAKE);
    if (hasPort) {
      Waker.wake(vm, Timeout.BOOT);
    }
    if (serves) {
      awaitPage(vm, machine, deadline);
    }
    Ssh ssh = awaitSsh(vm, image, deadline);
    if (hasPort) {
      Waker.wake(vm, Timeout.WAKING); // the time it got first was old when it had booted so far
    } else {
      Waker.wake(vm, ssh, Timeout.WAKING);
    }
    return ssh;
  }

  private static void awaitPage(Vm vm, Machine machine, long deadline) throws GuestException {
    Duration question = vm.timeouts().of(Timeout.BOOTING_PAGE);
    Duration left = Duration.ofNanos(deadline - System.nanoTime());
    Probe probe = new FirstPage(question, question, PAUSE).await(vm, machine.webPort(vm), left);
    if (!probe.available()) {
      throw failure(vm, "its web service does not answer (%s)".formatted(probe.failure()));
    }
  }

  private static Ssh awaitSsh(Vm vm, Image image, long deadline) throws GuestException {
    int port = vm.port(Machine.SSH);
    while (true) {
      try {
        return Ssh.connect(image, port, vm.timeouts());
      } catch (GuestException e) {
        pause(vm, deadline, String.valueOf(e.getMessage()));
      }
    }
  }

  private static void pause(Vm vm, long deadline, String why) throws GuestException {
    if (!vm.isAlive() || System.nanoTime() > deadline) {
      throw failure(vm, why);
    }
    Await.pause(PAUSE);
  }

  private static GuestException failure(Vm vm, String why) {
    return new LastWords(Piece.CONSOLE, vm.console())
        .failure(
            "the guest did not boot%s: %s"
                .formatted(
                    vm.isAlive() ? vm.timeouts().over(Timeout.BOOT) : " (QEMU is gone)", why));
  }
}
