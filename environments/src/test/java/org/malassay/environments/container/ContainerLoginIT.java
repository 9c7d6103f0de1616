package org.malassay.environments.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.malassay.behavior.EventSink;
import org.malassay.environment.Ending;
import org.malassay.environment.Environment;
import org.malassay.environment.Execution;
import org.malassay.environment.Guest;
import org.malassay.environment.Limits;
import org.malassay.environment.Order;
import org.malassay.environments.contract.Assay;
import org.malassay.environments.contract.LoginContract;
import org.malassay.sample.Sample;

/** Sessions of a login that each container has from its beginning. */
@Timeout(300)
class ContainerLoginIT extends LoginContract {
  private final ContainerRun run = new ContainerRun();

  @Override
  protected Environment open(Limits limits) throws Exception {
    return new ContainerProvider().open(opening(run.id(), limits));
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
        .isEqualTo(
            "malassay-login: no login by ssh is held in this guest: the environment raspbian holds"
                + " one by telnet and one by ssh, container one by telnet\n");
  }

  @Test
  void whatAnEngineTakesFromItsContainersASessionLacksToo() throws Exception {
    Sample session =
        session("grep -E '^(CapEff|NoNew)' /proc/self/status\necho >/x\nmknod /tmp/n c 1 3\n");
    try (Environment defended =
            new ContainerProvider()
                .open(opening(run.id(), limits(), "readonly", "nocaps", "nonewprivs"));
        Guest guest = defended.start()) {
      guest.put(session);
      Execution execution = guest.run(Order.of(), EventSink.NONE);

      assertThat(execution.ending()).isEqualTo(new Ending.Exited(0));
      assertThat(execution.stdout().text())
          .contains("CapEff:\t0000000000000000\r\nNoNewPrivs:\t1\r\n")
          .contains("/x: Read-only file system")
          .contains("Operation not permitted");
    }
  }
}
