package org.malassay.environments.raspbian;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.environment.Ending;
import org.malassay.environment.Environment;
import org.malassay.environment.Guest;
import org.malassay.environment.Libraries;
import org.malassay.environment.Limits;
import org.malassay.environment.Order;
import org.malassay.environments.contract.DynamicPrograms;
import org.malassay.sample.Sample;

/** Samples whose loader and libraries Raspberry Pi OS does not have, supplied to a clone. */
@Tag("guest")
class RaspbianLibrariesIT {
  private static final Limits LIMITS =
      new Limits(Duration.ofSeconds(20), 1 << 20, 512L << 20, 64, 1, 64L << 20);

  private final DynamicPrograms programs;

  RaspbianLibrariesIT(@TempDir Path folder) {
    programs = new DynamicPrograms(folder);
  }

  /** Recorded as by every test, so that the template is theirs. */
  private static Environment open(String session) throws Exception {
    return RaspbianHarness.open(Map.of("libraries", "supply", "raspbian.session", session), LIMITS);
  }

  private static List<String> added(Environment environment, Sample sample) throws Exception {
    try (Guest guest = environment.start()) {
      guest.put(sample);
      assertThat(guest.run(Order.of(), event -> {}).ending()).isEqualTo(new Ending.Exited(7));
      return guest.libraries().orElseThrow().added().stream().map(Libraries.Added::path).toList();
    }
  }

  @Test
  void programsOfOtherAbisRunInClonesWithTheirLibraries() throws Exception {
    try (Environment environment = open("agent")) {
      assertThat(environment.facts().get("libraries"))
          .contains("libc6:armhf", "libc6:armel", "libc6:arm64");
      assertThat(added(environment, programs.armel()))
          .containsExactly("/lib/ld-linux.so.3", "/lib/arm-linux-gnueabi/libc.so.6");
      assertThat(added(environment, programs.aarch64()))
          .hasSize(2)
          .first()
          .isEqualTo("/lib/ld-linux-aarch64.so.1");
      assertThat(added(environment, programs.armhf())).isEmpty();
    }
  }

  @Test
  void theyAreCopiedAsTheSampleIsWhereSshIsTheWay() throws Exception {
    try (Environment environment = open("ssh")) {
      assertThat(added(environment, programs.armel()))
          .containsExactly("/lib/ld-linux.so.3", "/lib/arm-linux-gnueabi/libc.so.6");
    }
  }
}
