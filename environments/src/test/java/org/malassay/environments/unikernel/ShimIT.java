package org.malassay.environments.unikernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What system calls say in the library OS is what they say in Linux, line by line: what {@link
 * CrossCheckIT} makes sure of.
 */
@Tag("guest")
class ShimIT {
  @TestFactory
  Stream<DynamicTest> systemCallsSayWhatTheySayInLinux() throws Exception {
    return Checks.saySoIn(Kernels.get(Kernel.LOADER));
  }

  /** A kernel that differs is seen to: the sealed one loads nothing. */
  @Test
  void aDifferenceIsShownAndHowToRenewWhatIsExpected() throws Exception {
    Checks.Said said = Checks.run("time", Kernels.get(Kernel.SEALED));
    assertThat(said.asExpected()).isFalse();
    assertThat(said.lines())
        .contains("--- expected/time.txt", "+++ unikernel-sealed", "+refused 0")
        .anySatisfy(line -> assertThat(line).contains("run.sh --renew LINUX"));
  }
}
