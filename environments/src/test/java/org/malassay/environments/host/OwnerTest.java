package org.malassay.environments.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OwnerTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_000_000);
  private static final Duration LIFE = Duration.ofSeconds(20);

  private final Owner self = Owner.self();

  private Map<String, String> marksOf(Owner owner) {
    return owner.marks(NOW, LIFE);
  }

  @Test
  void aLivingRunsGuestIsNeverAnOrphanHoweverOld() {
    assertThat(self.isOrphan(marksOf(self), NOW)).isFalse();
    assertThat(self.isOrphan(marksOf(self), NOW.plus(Duration.ofDays(30)))).isFalse();
  }

  @Test
  void anotherLivingProcessOfThisMachineIsLeftAlone() throws Exception {
    Process other = new ProcessBuilder("sleep", "60").start();
    try {
      Owner owner = Owner.of(other.toHandle());
      assertThat(self.isOrphan(marksOf(owner), NOW)).isFalse();
      other.destroyForcibly().waitFor();
      assertThat(self.isOrphan(marksOf(owner), NOW)).isTrue();
    } finally {
      other.destroyForcibly();
    }
  }

  @Test
  void aProcessThatGotTheNumberOfADeadOneDoesNotStandForIt() {
    Owner before = new Owner(self.host(), self.pid(), self.started() - 1);
    assertThat(self.isOrphan(marksOf(before), NOW)).isTrue();
  }

  @Test
  void aGuestOfAnotherMachineIsAnOrphanAnHourBeyondItsLifeOnly() {
    Owner elsewhere = new Owner("elsewhere", self.pid(), self.started());
    Instant due = NOW.plus(LIFE).plus(Duration.ofHours(1));
    assertThat(self.isOrphan(marksOf(elsewhere), due)).isFalse();
    assertThat(self.isOrphan(marksOf(elsewhere), due.plusSeconds(1))).isTrue();
  }

  @Test
  void marksThatSayNothingAreLeftAlone() {
    assertThat(self.isOrphan(Map.of(), NOW)).isFalse();
    assertThat(self.isOrphan(Map.of("org.malassay.owner.host", self.host()), NOW)).isFalse();
  }
}
