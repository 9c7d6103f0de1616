package org.malassay.environments.raspbian;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.malassay.behavior.Facet;
import org.malassay.environment.Environment;
import org.malassay.environment.Guest;
import org.malassay.environment.GuestException;
import org.malassay.environment.Limits;
import org.malassay.environment.Opening;
import org.malassay.environments.contract.GuestHarness;
import org.malassay.environments.qemu.Leftovers;
import org.malassay.options.Options;
import org.malassay.sample.Sample;

/** Clones of a booted Raspberry Pi OS. */
@Timeout(1200) // the first one builds the image
abstract class RaspbianHarness extends GuestHarness {
  @Override
  protected Environment open(Limits limits) throws Exception {
    return open(Map.of(), limits);
  }

  /** Opens it with these options, recorded as for users: so all tests share one template. */
  static Environment open(Map<String, String> options, Limits limits) throws Exception {
    return new RaspbianProvider()
        .open(new Opening(Options.of(options), limits, "it", EnumSet.allOf(Facet.class)));
  }

  /** Opens it with these defences, recorded as for users. */
  static Environment open(Limits limits, boolean logins, List<String> defences) throws Exception {
    return new RaspbianProvider()
        .open(
            new Opening(
                Options.of(Map.of()), limits, "it", EnumSet.allOf(Facet.class), defences, logins));
  }

  /** A sample that no guest has room for is said to be so when it is put into one. */
  static void assertThatTooLargeIsTold(Environment environment, Sample large) throws Exception {
    try (Guest guest = environment.start()) {
      assertThatThrownBy(() -> guest.put(large))
          .isInstanceOf(GuestException.class)
          .hasMessageMatching(
              ".* too large for a guest: %d bytes, and the guest's disk has \\d+ left"
                  .formatted(large.size()));
    }
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
