package org.malassay.environments.container;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.malassay.behavior.Facet;
import org.malassay.environment.Environment;
import org.malassay.environment.Limits;
import org.malassay.environment.Opening;
import org.malassay.environments.contract.GuestHarness;
import org.malassay.environments.qemu.Leftovers;
import org.malassay.options.Options;

/** Clones of a machine with an engine and a container in it. */
@Tag("slow")
@Timeout(1800) // the first one builds the image
abstract class ArmKernelHarness extends GuestHarness {
  /** Opens it, recorded as for users: so all tests share one template. */
  static Environment open(Map<String, String> options, Limits limits) throws Exception {
    return new ContainerProvider()
        .open(new Opening(Options.of(options), limits, "it", EnumSet.allOf(Facet.class)));
  }

  @Override
  protected Environment open(Limits limits) throws Exception {
    return open(Map.of("container.kernel", "arm"), limits);
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
    return Duration.ofSeconds(30);
  }

  /** A script as a sample, which does nothing where it is not in a guest. */
  static String script(String lines) {
    return "#!/bin/sh\n[ -f /etc/malassay-guest ] || exit 77\n" + lines;
  }
}
