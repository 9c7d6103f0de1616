package org.malassay.environments.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.malassay.environment.EnvironmentException;

class QemuTest {
  @Test
  void theVersionOfQemuIsReadAndOtherThingsAreNot() throws Exception {
    Qemu qemu =
        Qemu.of("qemu-system-aarch64", "QEMU emulator version 10.0.2 (Debian 1:10.0.2+ds-2)");
    assertThat(qemu.version()).isEqualTo("10.0.2 (Debian 1:10.0.2+ds-2)");
    assertThat(qemu.readOnlyMemory()).isEqualTo(",readonly=on,rom=off");
    assertThat(
            Qemu.of("qemu-system-aarch64", "QEMU emulator version 7.2.22 (Debian)")
                .readOnlyMemory())
        .isEmpty();
    assertThatThrownBy(() -> Qemu.of("qemu-system-aarch64", "not QEMU"))
        .hasMessageContaining("-Dsetup");
  }

  @Test
  void anEmulatorThatIsNotThereIsNamedWithTheOptionThatMendsIt() {
    assertThatThrownBy(() -> Qemu.find("qemu-system-nothing"))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContainingAll("qemu-system-nothing", "-Dsetup");
  }
}
