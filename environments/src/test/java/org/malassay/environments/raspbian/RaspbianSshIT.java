package org.malassay.environments.raspbian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.malassay.environment.Opening;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.malassay.environment.Ending;
import org.malassay.environment.Environment;
import org.malassay.environment.Guest;
import org.malassay.environment.GuestException;
import org.malassay.environment.Limits;
import org.malassay.environments.contract.Assay;
import org.malassay.options.Options;

/** The thesis's way to the letter: SCP and SSH, {@code -Draspbian.session=ssh}. */
class RaspbianSshIT extends RaspbianHarness {
  @Override
  protected Environment open(Limits limits) throws Exception {
    return new RaspbianProvider().open(new Opening(Options.of(Map.of("raspbian.session", "ssh")), limits, "it"));
  }

  @Test
  void aSampleIsCopiedAndStartedAndItsEndAndOutputAreTold() throws Exception {
    assertThat(environment().facts()).containsEntry("session", "ssh");
    Assay assay = assay("tells", "puts(\"told\"); return 3;");
    assertThat(assay.execution().ending()).isEqualTo(new Ending.Exited(3));
    assertThat(assay.execution().stdout().text()).isEqualTo("told\n");
  }

  @Test
  void whoKillsEverythingElseEndsTheSession() throws Exception {
    assertThat(assay("kills", "kill(-1, SIGKILL); sleep(60);").execution().ending())
        .isEqualTo(new Ending.GuestDown("the guest's SSH session was ended"));
  }

  @Test
  void aSampleThatIsTooLargeForTheDiskIsSaidToBe() throws Exception {
    try (Guest guest = environment().start()) {
      assertThatThrownBy(() -> guest.put(arm().large(3L << 30)))
          .isInstanceOf(GuestException.class)
          .hasMessageMatching(
              ".* too large for a guest: 3221225472 bytes, and the guest's disk has \\d+ left");
    }
  }
}
