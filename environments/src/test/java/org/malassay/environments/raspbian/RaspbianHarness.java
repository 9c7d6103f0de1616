package org.malassay.environments.raspbian;

import org.malassay.environment.Opening;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.malassay.environment.Environment;
import org.malassay.environment.Limits;
import org.malassay.environments.contract.GuestHarness;
import org.malassay.environments.qemu.Leftovers;
import org.malassay.options.Options;

/** Clones of a booted Raspberry Pi OS. */
@Timeout(1200) // the first one builds the image
abstract class RaspbianHarness extends GuestHarness {
  @Override
  protected Environment open(Limits limits) throws Exception {
    return new RaspbianProvider().open(new Opening(Options.of(Map.of()), limits, "it"));
  }

  @Override
  protected void assertNothingIsLeft() throws Exception {
    Leftovers.assertNone();
  }

  @Override
  protected Duration time() {
    return Duration.ofSeconds(5);
  }

  @Override
  protected Duration slack() {
    return Duration.ofSeconds(90);
  }

  /** A script as a sample, which does nothing where it is not in a guest. */
  static String script(String lines) {
    return "#!/bin/sh\n[ -f /etc/malassay-guest ] || exit 77\n" + lines;
  }
}
