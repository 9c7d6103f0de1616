package org.malassay.environments.raspbian;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.malassay.behavior.EventSink;
import org.malassay.environment.Ending;
import org.malassay.environment.Execution;
import org.malassay.environment.Guest;
import org.malassay.environment.Order;
import org.malassay.environments.contract.WayOut;
import org.malassay.environments.machine.MachineGuest;

/**
 * A sample that tries to get out. Harmless: it opens connections, to listeners of this test's own
 * and to addresses inside of QEMU.
 */
class RaspbianIsolationIT extends RaspbianHarness {
  /** More than all attempts together take, on a busy host. */
  @Override
  protected Duration time() {
    return Duration.ofSeconds(60);
  }

  @Test
  void nothingOfTheHostTheNetworkOrAnotherGuestIsReached() throws Exception {
    try (WayOut out = new WayOut();
        Guest other = environment().start();
        Guest guest = environment().start()) {
      List<WayOut.Target> targets = out.targets(((MachineGuest) other).webPort());
      targets.addAll(out.targetsOfIpv6());
      guest.put(arm().program("goes out", WayOut.program(targets)));

      Execution execution = guest.run(Order.of(), EventSink.NONE);

      assertThat(execution.ending()).isEqualTo(new Ending.Exited(0));
      assertThat(execution.stdout().text()).as("whoever it reached").endsWith(WayOut.NONE);
      out.assertThatNobodyCame();
      assertThat(other.probe().available()).isTrue();
    }
  }
}
