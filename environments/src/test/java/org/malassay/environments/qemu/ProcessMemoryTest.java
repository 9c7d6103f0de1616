package org.malassay.environments.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ProcessMemoryTest {
  private static final ProcessMemory UNKNOWN =
      new ProcessMemory(OptionalLong.empty(), OptionalLong.empty());

  @Test
  void whatAProcessHasAndHadIsReadOfItsStatus() {
    assertThat(
            ProcessMemory.parse(
                """
                Name:\tVmRSS: 7 kB
                VmHWM:\t    9000 kB
                VmRSS:\t    1234 kB
                """))
        .isEqualTo(new ProcessMemory(OptionalLong.of(1234L << 10), OptionalLong.of(9000L << 10)));
    assertThat(ProcessMemory.parse("VmRSS:  x kB\n")).isEqualTo(UNKNOWN);
  }

  @Test
  void thisProcessHasSomeAndOneThatIsNotThereIsUnknown() {
    ProcessMemory here = ProcessMemory.of(ProcessHandle.current().pid());
    assertThat(here.bytes().orElseThrow()).isGreaterThan(1 << 20);
    assertThat(here.peakBytes().orElseThrow()).isGreaterThan(1 << 20);
    assertThat(ProcessMemory.of(1L << 40)).isEqualTo(UNKNOWN);
  }
}
