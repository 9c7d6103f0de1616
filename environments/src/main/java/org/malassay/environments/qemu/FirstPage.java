package org.malassay.environments.qemu;

import java.time.Duration;
import org.malassay.environment.GuestException;
import org.malassay.environment.Probe;
import org.malassay.environments.host.Await;
import org.malassay.environments.web.HttpProbe;

/**
 * Asks a machine that was switched on for its page until it answers. QEMU takes a connection before
 * the guest is up, and hands it over as soon as the guest asks for packets: so an early question is
 * the one that is answered, without delay. The next ones are for a guest that lost it.
 *
 * @param first how long the first question waits for its answer; each further one waits twice as
 *     long as the one before
 * @param last how long a question waits at most
 * @param pause between questions that are refused at once
 */
public record FirstPage(Duration first, Duration last, Duration pause) {

  /**
   * Asks, until the guest answers, QEMU is gone, or the time is over.
   *
   * @param port of the host's loopback
   * @param most how long all questions take together, but for the last one
   * @return the last answer, which need not be the page
   */
  public Probe await(Vm vm, int port, Duration most) throws GuestException {
    long start = System.nanoTime();
    Duration patience = first;
    while (true) {
      Probe probe = HttpProbe.ask(port, patience);
      boolean isOver = !vm.isAlive() || System.nanoTime() - start > most.toNanos();
      if (probe.available() || isOver) {
        return probe;
      }
      if (probe.latency().compareTo(patience) < 0) {
        Await.pause(pause);
      } else if (patience.compareTo(last) < 0) {
        patience = patience.multipliedBy(2);
      }
    }
  }
}
