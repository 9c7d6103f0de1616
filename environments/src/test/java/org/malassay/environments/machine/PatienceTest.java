package org.malassay.environments.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.malassay.environment.GuestException;
import org.malassay.environments.host.Timeouts;

@Timeout(30)
class PatienceTest {
  private static final Duration SHORT = Duration.ofMillis(100);

  @Test
  void aSlowHostIsGivenAsManyTimesTheTimeAsWasSaid() {
    CountDownLatch never = new CountDownLatch(1);
    long start = System.nanoTime();
    assertThatThrownBy(
            () ->
                Patience.within(
                    new Timeouts(3), SHORT, "the guest did not answer", () -> await(never)))
        .isInstanceOf(GuestException.class)
        .hasMessage(
            "the guest did not answer in 0.3 s; where the host is slow, give more than"
                + " -Dtimeouts.factor=3");
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isGreaterThanOrEqualTo(SHORT.multipliedBy(3));
    never.countDown();
  }

  @Test
  void whatCannotComeAnyMoreIsNotWaitedFor() {
    CountDownLatch never = new CountDownLatch(1);
    Iterator<String> states = List.of("activating\n", "active\n", "failed\n").iterator();
    assertThatThrownBy(
            () ->
                Patience.within(
                    new Timeouts(1),
                    Duration.ofMinutes(8),
                    "the agent said nothing",
                    () -> await(never),
                    () -> AgentPlace.setback(states.next()),
                    Duration.ofMillis(1)))
        .isInstanceOf(GuestException.class)
        .hasMessageStartingWith("the agent said nothing: ")
        .hasMessageEndingWith("what makes its place has failed");
    assertThat(states).isExhausted();
    never.countDown();
  }

  @Test
  void whoCannotBeAskedForASetbackHasNone() throws GuestException {
    CountDownLatch asked = new CountDownLatch(1);
    assertThat(
            Patience.<Boolean>within(
                new Timeouts(1),
                Duration.ofSeconds(20),
                "it failed",
                () -> await(asked),
                () -> {
                  asked.countDown();
                  throw new IOException("the connection was closed");
                },
                Duration.ofMillis(1)))
        .isTrue();
  }

  private static boolean await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
      return true;
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Test
  void whatFailsBeforeSaysWhyAndWhatWaitedInVainTheRemedy() throws GuestException {
    Timeouts usual = new Timeouts(1);
    Duration most = Duration.ofSeconds(20);
    assertThat(Patience.<Boolean>within(usual, most, "it failed", () -> true)).isTrue();
    assertThatThrownBy(() -> fail(usual, most, new IOException("the port was closed")))
        .hasMessage("it failed: java.io.IOException: the port was closed");
    assertThatThrownBy(() -> fail(usual, most, new TimeoutException()))
        .hasMessage("it failed; where the host is slow, give more than -Dtimeouts.factor=1");
  }

  private static void fail(Timeouts timeouts, Duration most, Exception why) throws GuestException {
    Patience.<Boolean>within(
        timeouts,
        most,
        "it failed",
        () -> {
          if (why instanceof IOException e) {
            throw e;
          }
          throw (TimeoutException) why;
        });
  }
}
