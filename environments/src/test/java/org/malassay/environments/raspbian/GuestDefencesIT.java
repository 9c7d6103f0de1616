package org.malassay.environments.raspbian;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.malassay.behavior.Facet;
import org.malassay.environment.Environment;
import org.malassay.environment.Guest;
import org.malassay.environment.Limits;
import org.malassay.environment.Opening;
import org.malassay.options.Options;

/**
 * Each defence has a template of its own, and passes its own check in a clone when it is opened.
 */
@Tag("guest")
@Tag("slow") // makes templates
@Timeout(1200)
class GuestDefencesIT {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "loginguard.write",
        "loginguard.shell",
        "loginguard.permission",
        "loginguard-seccomp",
        "loginguard+loginguard-seccomp",
        "apparmor",
        "tomoyo",
        "loginguard+apparmor+tomoyo",
        "selinux",
        "loginguard+tomoyo+selinux"
      })
  void itIsSetUpAndChecked(String names) throws Exception {
    Limits limits = new Limits(Duration.ofSeconds(10), 1 << 20, 256 << 20, 128, 1, 64 << 20);
    Opening opening =
        new Opening(
            Options.of(Map.of()),
            limits,
            "it",
            EnumSet.allOf(Facet.class),
            List.of(names.split("\\+")),
            /* logins= */ false);
    try (Environment environment = new RaspbianProvider().open(opening);
        Guest guest = environment.start()) {
      assertThat(environment.name()).isEqualTo("raspbian+" + names);
      assertThat(environment.facts()).containsKey("defence " + opening.defences().get(0));
      assertThat(guest.probe().available()).isTrue();
    }
  }
}
