package org.malassay.environments.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcessMemoryTest {
  @Test
  void whatAProcessHasIsReadOfItsRollup() {
    assertThat(
            ProcessMemory.parse(
                """
                55d0c0a00000-7ffd5e3f9000 ---p 00000000 00:00 0          [rollup]
                Rss:                9000 kB
                Pss:                1234 kB
                Pss_Dirty:           900 kB
                """))
        .hasValue(1234L << 10);
    assertThat(ProcessMemory.parse("Rss:  9000 kB\n")).isEmpty();
  }

  @Test
  void thisProcessHasSomeAndOneThatIsNotThereIsUnknown() {
    assertThat(ProcessMemory.of(ProcessHandle.current().pid()).orElseThrow())
        .isGreaterThan(1 << 20);
    assertThat(ProcessMemory.of(1L << 40)).isEmpty();
  }
}
