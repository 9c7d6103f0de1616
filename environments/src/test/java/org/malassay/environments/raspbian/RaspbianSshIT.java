package org.malassay.environments.raspbian;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.environment.Ending;
import org.malassay.environment.Environment;
import org.malassay.environment.Limits;
import org.malassay.environments.contract.Assay;

/** The thesis's way to the letter: SCP and SSH, {@code -Draspbian.session=ssh}. */
class RaspbianSshIT extends RaspbianHarness {
  @Override
  protected Environment open(Limits limits) throws Exception {
    return open(Map.of("raspbian.session", "ssh"), limits);
  }

  @Test
  void aSampleIsCopiedAndStartedAndItsEndAndOutputAreTold() throws Exception {
    assertThat(environment().facts()).containsEntry("session", "ssh");
    Assay assay = assay("tells", "puts(\"told\"); return 3;");
    assertThat(assay.execution().ending()).isEqualTo(new Ending.Exited(3));
    assertThat(assay.execution().stdout().text()).isEqualTo("told\n");
    assertThat(assay.execution().recording().of(Facet.CALLS)).isEqualTo(FacetState.OBSERVED);
  }

  @Test
  void whoKillsEverythingElseEndsTheSession() throws Exception {
    assertThat(assay("kills", "kill(-1, SIGKILL); sleep(60);").execution().ending())
        .isEqualTo(new Ending.GuestDown("the guest's SSH session was ended"));
  }

  @Test
  void aSampleThatIsTooLargeForTheDiskIsSaidToBe() throws Exception {
    assertThatTooLargeIsTold(environment(), arm().large(3L << 30));
  }
}
