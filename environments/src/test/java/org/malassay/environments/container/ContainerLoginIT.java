package org.malassay.environments.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.malassay.environment.Ending;
import org.malassay.environment.Environment;
import org.malassay.environment.Limits;
import org.malassay.environments.contract.Assay;
import org.malassay.environments.contract.LoginContract;

/** Sessions of a login that each container has from its beginning. */
@Timeout(300)
class ContainerLoginIT extends LoginContract {
  private final ContainerRun run = new ContainerRun();

  @Override
  protected Environment open(Limits limits) throws Exception {
    return new ContainerProvider().open(opening(run.id(), Map.of(), limits));
  }

  @Override
  protected void assertNothingIsLeft() throws Exception {
    run.assertNothingIsLeft();
  }

  @Override
  protected Duration slack() {
    return Duration.ofSeconds(20);
  }

  @Override
  protected int logins() {
    return 1;
  }

  @Test
  void aSessionByAProtocolThatNoLoginIsHeldByIsRefused() throws Exception {
    Assay assay = type("# protocol: ssh\necho a\n");

    assertThat(assay.execution().ending()).isEqualTo(new Ending.Exited(3));
    assertThat(assay.execution().stderr().text())
        .isEqualTo("malassay-login: no login by ssh is held in this guest\n");
  }
}
