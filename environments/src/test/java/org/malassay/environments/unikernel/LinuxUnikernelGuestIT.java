package org.malassay.environments.unikernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.malassay.environment.Ending;
import org.malassay.environments.contract.Assay;

/** Linux with nothing but the server. Its kernel takes minutes to build: {@code -Dslow}. */
@Tag("slow")
class LinuxUnikernelGuestIT extends UnikernelContract {
  @Override
  KernelProvider provider() {
    return new LinuxUnikernelProvider();
  }

  @Override
  int stride() {
    return 5;
  }

  @Test
  void itHasProcesses() throws Exception {
    Assay assay = assay("forks", "if (fork() == 0) { setsid(); for (;;) pause(); } puts(\"up\");");
    assertThat(assay.execution().ending()).isEqualTo(new Ending.Exited(0));
    assertThat(assay.execution().survivors()).isEqualTo(1);
    assertThat(assay.unsupported()).isEmpty();
  }

  @Test
  void itsMemoryIsItsOwn() throws Exception {
    assertThat(assay("writes", "*(volatile int *)0xc0100000 = 1;").execution().ending())
        .isEqualTo(new Ending.Signaled(11));
  }
}
