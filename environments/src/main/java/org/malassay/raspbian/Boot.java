package org.malassay.raspbian;

import java.time.Duration;
import org.malassay.environment.GuestException;
import org.malassay.environment.Probe;
import org.malassay.guest.LastWords;
import org.malassay.guest.Web;
import org.malassay.qemu.Vm;

/** Waits for a machine that was switched on. */
final class Boot {
  /** Twenty times what a Raspberry Pi 3 takes alone: the host may be that busy. */
  private static final Duration BOOT = Duration.ofMinutes(20);

  private static final Duration WAKING = Duration.ofSeconds(30);
  private static final Duration PROBE = Duration.ofSeconds(5);
  private static final long PAUSE_MS = 200;

  private Boot() {}

  /**
   * Waits until the web service answers and SSH lets in.
   *
   * @return the first session
   */
  static Ssh await(Vm vm, Board board, Image image) throws GuestException {
    long deadline = System.nanoTime() + BOOT.toNanos();
    boolean hasPort = board.channels().contains(Machine.AWAKE);
    if (hasPort) {
      Waker.wake(vm, BOOT);
    }
    awaitPage(vm, deadline);
    Ssh ssh = awaitSsh(vm, image, deadline);
    if (hasPort) {
      Waker.wake(vm, WAKING); // the time it got first was old when it had booted so far
    } else {
      Waker.wake(vm, ssh, WAKING);
    }
    return ssh;
  }

  private static void awaitPage(Vm vm, long deadline) throws GuestException {
    int port = vm.port(Machine.HTTP);
    Probe probe = Web.ask(port, PROBE);
    while (!probe.available()) {
      pause(vm, deadline, "its web service does not answer (%s)".formatted(probe.failure()));
      probe = Web.ask(port, PROBE);
    }
  }

  private static Ssh awaitSsh(Vm vm, Image image, long deadline) throws GuestException {
    int port = vm.port(Machine.SSH);
    while (true) {
      try {
        return Ssh.connect(image, port);
      } catch (GuestException e) {
        pause(vm, deadline, String.valueOf(e.getMessage()));
      }
    }
  }

  private static void pause(Vm vm, long deadline, String why) throws GuestException {
    if (!vm.isAlive() || System.nanoTime() > deadline) {
      throw new LastWords("console.log", vm.console())
          .failure(
              "the guest did not boot (%s): %s"
                  .formatted(vm.isAlive() ? BOOT.toSeconds() + " s" : "QEMU is gone", why));
    }
    try {
      Thread.sleep(PAUSE_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GuestException("interrupted", e);
    }
  }
}
