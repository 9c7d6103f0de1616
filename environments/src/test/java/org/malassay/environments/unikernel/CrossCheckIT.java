package org.malassay.environments.unikernel;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * What {@link ShimIT} expects is what Linux says. Its kernel takes minutes to build: {@code
 * -Dslow}. After a change of a check, {@code -Drenew} writes anew what Linux says of it.
 */
@Tag("guest")
@Tag("slow")
class CrossCheckIT {
  @TestFactory
  Stream<DynamicTest> whatIsExpectedIsWhatLinuxSays() throws Exception {
    String[] options =
        System.getProperty("renew") == null ? new String[0] : new String[] {"--renew"};
    return Checks.saySoIn(Kernels.get(Kernel.LINUX), options);
  }
}
