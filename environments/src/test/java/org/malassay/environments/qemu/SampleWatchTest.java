package org.malassay.environments.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SampleWatchTest {
  @ParameterizedTest
  @CsvSource({
    "guest-shutdown, boot|reboot: power down, the guest was switched off",
    "guest-reset, boot|reboot: restart, the guest was rebooted",
    "guest-panic, boot, the guest's kernel panicked",
    "guest-reset, '[ 1.2] Kernel panic - not syncing: x', the guest's kernel panicked",
    "guest-shutdown, boot|panic: data abort at 0x10|, the guest's kernel panicked: data abort at 0x10",
    "guest-shutdown, no panic: here, the guest was switched off",
    "guest-shutdown, 'panic: \u001b[2J', the guest's kernel panicked: \\x1b[2J",
    "host-qmp-quit, boot, the guest went down: host-qmp-quit"
  })
  void whatTookTheGuestDownIsToldByQemuAndTheConsole(String reason, String console, String words) {
    assertThat(SampleWatch.inWords(reason, console.replace('|', '\n'))).isEqualTo(words);
  }

  @org.junit.jupiter.api.Test
  void aConsoleFullOfPanicIsCut() {
    assertThat(SampleWatch.inWords("guest-reset", "panic: " + "x".repeat(1 << 20)))
        .hasSizeLessThan(300);
  }
}
