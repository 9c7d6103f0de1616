package org.malassay.environments.raspbian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.behavior.Event;
import org.malassay.behavior.Facet;
import org.malassay.behavior.ProgramStarted;
import org.malassay.environment.Ending;
import org.malassay.environment.Environment;
import org.malassay.environment.Execution;
import org.malassay.environment.Guest;
import org.malassay.environment.Limits;
import org.malassay.environment.Opening;
import org.malassay.environment.Order;
import org.malassay.environments.contract.Assay;
import org.malassay.environments.contract.LoginContract;
import org.malassay.environments.internet.HostCapture;
import org.malassay.environments.qemu.Leftovers;
import org.malassay.options.Options;

/** Sessions of logins that are held in the template. */
@Timeout(1200) // the first one builds the image
class RaspbianLoginIT extends LoginContract {
  @TempDir private Path folder;

  @Override
  protected Environment open(Limits limits) throws Exception {
    return new RaspbianProvider().open(opening("it", limits));
  }

  @Override
  protected void assertNothingIsLeft() throws Exception {
    Leftovers.assertNone();
  }

  @Override
  protected Duration slack() {
    return Duration.ofSeconds(90);
  }

  @Override
  protected int logins() {
    return 2;
  }

  @Test
  void aSessionFindsCurl() throws Exception {
    Assay assay = type("curl -s http://203.0.113.4/z.arm7 | head -c 4 | tail -c 3\n");

    assertThat(assay.execution().stdout().text()).contains("ELF# ");
  }

  @Test
  void aSessionByOpensshIsTheSameAndNothingLeavesTheHost() throws Exception {
    assumeTrue(HostCapture.isPossible());
    try (HostCapture capture = new HostCapture(folder, List.of())) {
      assertThatASessionIsTypedShownAndRecorded("ssh");
      assertThat(capture.leaks()).isEmpty();
    }
  }

  /** A template of its own. Dash edits no line, and knows no options of echo. */
  @Test
  @Tag("slow")
  void aSessionIsTypedIntoDashWhereThatIsAskedFor() throws Exception {
    Opening opening =
        new Opening(
            Options.of(Map.of("raspbian.login", "dash")),
            limits(),
            "it",
            EnumSet.allOf(Facet.class),
            List.of(),
            /* logins= */ true);
    List<Event> events = Collections.synchronizedList(new ArrayList<>());
    try (Environment withDash = new RaspbianProvider().open(opening);
        Guest guest = withDash.start()) {
      guest.put(session("readlink /proc/$$/exe\necho -e a > /tmp/a; cat /tmp/a\nexit\n"));
      Execution execution = guest.run(Order.of(), events::add);

      assertThat(execution.ending()).isEqualTo(new Ending.Exited(0));
      assertThat(execution.stdout().text()).contains("/usr/bin/dash\r\n", "\r\n-e a\r\n");
      assertThat(execution.stdout().text()).doesNotContain("\u001b[6n");
    }
    assertThat(List.copyOf(events))
        .filteredOn(ProgramStarted.class::isInstance)
        .extracting(it -> ((ProgramStarted) it).program())
        .contains("/bin/dash", "/usr/bin/cat");
  }
}
