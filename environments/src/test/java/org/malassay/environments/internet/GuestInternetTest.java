package org.malassay.environments.internet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.environment.GuestException;
import org.malassay.environment.Used;

class GuestInternetTest {
  private static final Used USED =
      new Used(
          Duration.ofMillis(70),
          OptionalLong.of(1 << 20),
          OptionalLong.empty(),
          OptionalInt.empty(),
          OptionalLong.empty(),
          OptionalLong.empty());

  @TempDir private Path folder;

  @Test
  void whatAGuestUsedHasThePacketsThatPassed() throws GuestException {
    FakeProgram program = new FakeProgram(folder);
    try (GuestInternet internet = GuestInternet.in(folder, () -> program.network)) {
      assertThat(internet.count(USED)).isEqualTo(USED.withPackets(5, 4));
    }
  }

  @Test
  void packetsThatCannotBeCountedAreEmptyAndNot0() throws GuestException {
    FakeProgram program = new FakeProgram(folder);
    program.network.fail(new GuestException("it ended"));
    try (GuestInternet internet = GuestInternet.in(folder, () -> program.network)) {
      assertThat(internet.count(USED)).isEqualTo(USED);
    }
  }
}
