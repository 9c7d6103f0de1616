package org.malassay.environments.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeLimitTest {
  private static final TimeLimit LIMIT = new TimeLimit(Duration.ofSeconds(10));

  @ParameterizedTest
  @CsvSource({
    "0,   0, 10", // just started
    "4,   0,  6", // a host of its own: the clock on the wall
    "10,  0,  0",
    "10,  3,  3", // held back for three seconds, which it gets later
    "13,  3,  0",
    "40, 30,  0", // one of four guests that all compute on one processor
    "11,  0, -1"
  })
  void theTimeThatTheHostHeldBackIsNotCounted(int ran, int waited, int left) {
    assertThat(LIMIT.left(Duration.ofSeconds(ran), Duration.ofSeconds(waited)))
        .isEqualTo(Duration.ofSeconds(left));
  }

  @Test
  void aHostThatGivesNextToNothingIsNotWaitedForWithoutEnd() {
    assertThat(LIMIT.isHopeless(LIMIT.most().minusMillis(1))).isFalse();
    assertThat(LIMIT.isHopeless(LIMIT.most())).isTrue();
    assertThat(LIMIT.most()).isEqualTo(Duration.ofMinutes(5));
  }

  @Test
  void whatLinuxTellsOfAThreadIsReadAndOtherThingsAreNot() {
    assertThat(VcpuTime.parse("3532716848 605617307 3398\n"))
        .isEqualTo(new VcpuTime(Duration.ofNanos(3532716848L), Duration.ofNanos(605617307L)));
    assertThatThrownBy(() -> VcpuTime.parse("")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> VcpuTime.parse("a b c")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aThreadThatIsGoneHasGotNothing() {
    assertThat(VcpuTime.of(Long.MAX_VALUE)).isEqualTo(seconds(0, 0));
  }

  @Test
  void processorsRunTogetherAndWaitSideBySide() {
    assertThat(
            VcpuTime.between(
                List.of(seconds(1, 5), seconds(2, 0)), List.of(seconds(4, 6), seconds(3, 4))))
        .isEqualTo(seconds(4, 4));
  }

  @Test
  void aProcessorThatIsGoneGivesNoTimeBack() {
    assertThat(VcpuTime.between(List.of(seconds(7, 5)), List.of(seconds(0, 0))))
        .isEqualTo(seconds(0, 0));
  }

  private static VcpuTime seconds(int ran, int waited) {
    return new VcpuTime(Duration.ofSeconds(ran), Duration.ofSeconds(waited));
  }
}
