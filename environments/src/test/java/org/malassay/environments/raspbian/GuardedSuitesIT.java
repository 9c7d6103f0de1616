package org.malassay.environments.raspbian;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The login guard stops what it is for, breaks installing, and leaves the way out for updates. */
class GuardedSuitesIT extends SuiteHarness {
  @Override
  List<String> defences() {
    return List.of("loginguard");
  }

  @Test
  void bypassesAreClosedInstallingBreaksAndTheWayOutForUpdatesWorks() throws Exception {
    Map<String, String> told = some();

    assertThat(SOME).allSatisfy(name -> assertThat(told.get(name)).startsWith("closed ("));
    assertThat(told.get("dpkg-install")).startsWith("breaks (");
    assertThat(told)
        .containsEntry("user-add", "works")
        .containsEntry("service-reload", "works")
        .containsEntry("update-by-gate", "works");
  }
}
