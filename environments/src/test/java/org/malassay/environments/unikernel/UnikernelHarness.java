package org.malassay.environments.unikernel;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Timeout;
import org.malassay.behavior.Facet;
import org.malassay.environment.Environment;
import org.malassay.environment.Limits;
import org.malassay.environment.Opening;
import org.malassay.environments.contract.GuestHarness;
import org.malassay.environments.qemu.Leftovers;
import org.malassay.options.Options;

/** Guests of a library OS. */
@Timeout(600)
abstract class UnikernelHarness extends GuestHarness {
  abstract KernelProvider provider();

  @Override
  protected final Environment open(Limits limits) throws Exception {
    return provider().open(new Opening(Options.of(Map.of()), limits, "it", recorded()));
  }

  /** What is recorded of every sample; nothing unless a class says so. */
  Set<Facet> recorded() {
    return Set.of();
  }

  @Override
  protected final void assertNothingIsLeft() throws Exception {
    Leftovers.assertNone();
  }

  @Override
  protected Duration time() {
    return Duration.ofSeconds(3);
  }

  @Override
  protected final Duration slack() {
    return Duration.ofSeconds(15);
  }
}
