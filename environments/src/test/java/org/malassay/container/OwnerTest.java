package org.malassay.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OwnerTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_000_000);
  private static final Duration LIFE = Duration.ofSeconds(20);

  private final Owner self = Owner.self();

  private Map<String, String> labelsOf(Owner owner) {
    return owner.labels("run", NOW, LIFE);
  }

  @Test
  void aLivingRunsGuestIsNeverAnOrphanHoweverOld() {
    assertThat(self.isOrphan(labelsOf(self), NOW)).isFalse();
    assertThat(self.isOrphan(labelsOf(self), NOW.plus(Duration.ofDays(30)))).isFalse();
  }

  @Test
  void anotherLivingProcessOfThisMachineIsLeftAlone() throws Exception {
    Process other = new ProcessBuilder("sleep", "60").start();
    try {
      long started = other.info().startInstant().orElseThrow().toEpochMilli();
      Owner owner = new Owner(self.host(), other.pid(), started);
      assertThat(self.isOrphan(labelsOf(owner), NOW)).isFalse();
      other.destroyForcibly().waitFor();
      assertThat(self.isOrphan(labelsOf(owner), NOW)).isTrue();
    } finally {
      other.destroyForcibly();
    }
  }

  @Test
  void aProcessThatGotTheNumberOfADeadOneDoesNotStandForIt() {
    Owner before = new Owner(self.host(), self.pid(), self.started() - 1000);
    assertThat(self.isOrphan(labelsOf(before), NOW)).isTrue();
  }

  @Test
  void aGuestOfAnotherMachineIsAnOrphanAnHourBeyondItsLifeOnly() {
    Owner elsewhere = new Owner("elsewhere", self.pid(), self.started());
    Instant due = NOW.plus(LIFE).plus(Duration.ofHours(1));
    assertThat(self.isOrphan(labelsOf(elsewhere), due)).isFalse();
    assertThat(self.isOrphan(labelsOf(elsewhere), due.plusSeconds(1))).isTrue();
  }

  @Test
  void labelsThatSayNothingAreLeftAlone() {
    assertThat(self.isOrphan(Map.of(), NOW)).isFalse();
    assertThat(self.isOrphan(Map.of("org.malassay.owner.host", self.host()), NOW)).isFalse();
  }
}
