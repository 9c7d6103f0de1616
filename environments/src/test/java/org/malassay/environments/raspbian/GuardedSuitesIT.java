package org.malassay.environments.raspbian;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The login guard stops what it is for, breaks installing, and leaves the way out for updates. */
class GuardedSuitesIT extends SuiteHarness {
  /** Another interpreter than a shell; and what services do for whoever may configure them. */
  private static final Set<String> OPEN = Set.of("perl", "service-log");

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

  @Test
  @Tag("slow")
  void everyBypassIsClosedButThoseThatAreKnown() throws Exception {
    Map<String, String> told = all();

    assertThat(told).hasSizeGreaterThan(90);
    assertThat(told)
        .allSatisfy(
            (name, answer) ->
                assertThat(answer)
                    .as(name)
                    .matches(OPEN.contains(name) ? "open" : "(closed|not applicable) [(].*"));
    assertThat(told.values()).filteredOn(it -> it.startsWith("not applicable")).hasSizeLessThan(6);
  }
}
