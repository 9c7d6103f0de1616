package org.malassay.environments.container;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.malassay.behavior.Facet;
import org.malassay.environment.Environment;
import org.malassay.environment.Limits;
import org.malassay.environment.Opening;
import org.malassay.environments.contract.LoginContract;
import org.malassay.environments.qemu.Leftovers;
import org.malassay.options.Options;

/** Sessions of a login that is held in a container of a template. */
@Tag("slow")
@Timeout(1800) // the first one builds the image
class ArmKernelLoginIT extends LoginContract {
  @Override
  protected Environment open(Limits limits) throws Exception {
    return new ContainerProvider()
        .open(
            new Opening(
                Options.of(Map.of("container.kernel", "arm")),
                limits,
                "it",
                EnumSet.allOf(Facet.class),
                List.of(),
                /* logins= */ true));
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
    return 1;
  }
}
