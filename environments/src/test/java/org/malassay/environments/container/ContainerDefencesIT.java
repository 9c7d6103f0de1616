package org.malassay.environments.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.malassay.environment.Ending;
import org.malassay.environment.Environment;
import org.malassay.environment.EnvironmentException;
import org.malassay.environment.Limits;
import org.malassay.environment.Opening;
import org.malassay.environments.contract.Assay;
import org.malassay.environments.contract.GuestHarness;
import org.malassay.environments.host.Timeouts;
import org.malassay.options.Options;

/** What an engine takes from its containers, as a sample finds it; its service serves on. */
@Timeout(180)
class ContainerDefencesIT extends GuestHarness {
  private static final String LOOK =
      """
      #!/bin/sh
      [ -f /etc/malassay-guest ] || exit 77
      grep -E '^(Cap|NoNew)' /proc/self/status
      for place in /tmp/x /run/x /var/tmp/x /x /usr/x /etc/x /root/x; do
        if echo >$place; then echo "$place is written"; fi
      done 2>/dev/null
      printf '#!/bin/sh\\necho dropped\\n' >/tmp/dropped && chmod 755 /tmp/dropped && /tmp/dropped
      chown 1 /tmp/x 2>/dev/null && echo "given away"
      busybox wget -q -O /dev/null http://127.0.0.1/ && echo served
      cat /etc/hostname
      """;

  private final ContainerRun run = new ContainerRun();

  private Opening opening(Limits limits, String... defences) {
    return new Opening(
        Options.of(Map.of()), limits, run.id(), Set.of(), List.of(defences), /* logins= */ false);
  }

  @Override
  protected Environment open(Limits limits) throws Exception {
    return new ContainerProvider().open(opening(limits, "readonly", "nocaps", "nonewprivs"));
  }

  @Override
  protected void assertNothingIsLeft() throws Exception {
    run.assertNothingIsLeft();
  }

  @Override
  protected Duration time() {
    return Duration.ofSeconds(20);
  }

  @Override
  protected Duration slack() {
    return Duration.ofSeconds(5);
  }

  @Test
  void aSampleFindsAllThreeAtOnce() throws Exception {
    assertThat(environment().name()).isEqualTo("container+readonly+nocaps+nonewprivs");
    assertThat(environment().facts())
        .containsKeys("defence readonly", "defence nocaps", "defence nonewprivs");

    Assay assay = assay(arm().text("looks", LOOK));

    assertThat(assay.execution().ending()).isEqualTo(new Ending.Exited(0));
    assertThat(assay.execution().stdout().text().lines().map(line -> line.replace("\t", " ")))
        .containsExactly(
            "CapInh: 0000000000000000",
            "CapPrm: 0000000000000000",
            "CapEff: 0000000000000000",
            "CapBnd: 0000000000000000",
            "CapAmb: 0000000000000000",
            "NoNewPrivs: 1",
            "/tmp/x is written",
            "/run/x is written",
            "/var/tmp/x is written",
            "dropped",
            "served",
            GuestImage.HOST_NAME);
    assertThat(assay.after().available()).isTrue();
  }

  @Test
  void usersAreRemappedOrTheEngineIsNamedWhoseUsersAreNot() throws Exception {
    try (Engine engine = Engine.find(new Timeouts(1))) {
      assumeThat(engine.info().getSecurityOptions()).doesNotContain("name=userns");
    }
    assertThatThrownBy(() -> new ContainerProvider().open(opening(limits(), "userns")).close())
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining("--userns-remap=default");
  }
}
