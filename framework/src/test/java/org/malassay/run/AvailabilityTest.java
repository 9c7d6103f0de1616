package org.malassay.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class AvailabilityTest {

  @Test
  void whatWasBeforeTheStartIsOneNumberAndThenEachSecondIs() {
    assertThat(
            Availability.NONE
                .and(Duration.ofMillis(-900), true)
                .and(Duration.ofMillis(-10), false)
                .and(Duration.ofMillis(100), true)
                .and(Duration.ofMillis(999), false)
                .and(Duration.ofMillis(2000), true))
        .isEqualTo(new Availability(List.of(2, 2, 0, 1), List.of(1, 1, 0, 1)));
  }

  @Test
  void aRequestThatComesLateCountsInItsSecond() {
    assertThat(Availability.NONE.and(Duration.ofSeconds(1), true).and(Duration.ofMillis(-1), true))
        .isEqualTo(new Availability(List.of(1, 0, 1), List.of(1, 0, 1)));
  }

  @Test
  void thereAreAsManySecondsWithAnswersAsWithRequests() {
    assertThatThrownBy(() -> new Availability(List.of(1), List.of()))
        .hasMessage("1 seconds with requests, and 0 with answers");
  }
}
