package org.malassay.environments.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.malassay.environment.GuestException;

@Timeout(60)
class StartTurnsTest {
  private static final int GUESTS = 8;
  private static final Duration START = Duration.ofMillis(50);

  private final ExecutorService threads = Executors.newFixedThreadPool(GUESTS);
  private final StartTurns turns = new StartTurns(2);

  @AfterEach
  void end() {
    threads.shutdownNow();
  }

  @Test
  void noMoreStartAtOnceThanMayAndEachIsToldHowLongItWaited() throws Exception {
    AtomicInteger starting = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    List<Future<Duration>> guests = new ArrayList<>();
    for (int i = 0; i < GUESTS; i++) {
      guests.add(
          threads.submit(
              () ->
                  turns.take(
                      waited -> {
                        most.accumulateAndGet(starting.incrementAndGet(), Math::max);
                        pause();
                        starting.decrementAndGet();
                        return waited;
                      })));
    }
    List<Duration> waits = new ArrayList<>();
    for (Future<Duration> guest : guests) {
      waits.add(guest.get());
    }
    waits.sort(null);
    assertThat(most).hasValue(2);
    // Whoever is last has waited for three pairs before it, less the time until it asked.
    assertThat(waits.get(GUESTS - 1)).isGreaterThan(START);
    assertThat(waits.get(0)).isLessThan(waits.get(GUESTS - 1));
  }

  private static void pause() throws GuestException {
    Await.pause(START);
  }

  @Test
  void whoFailsToStartGivesItsTurnBack() throws Exception {
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(
              () ->
                  turns.take(
                      waited -> {
                        throw new GuestException("no guest");
                      }))
          .hasMessage("no guest");
    }
    assertThat(turns.<String>take(waited -> "a guest")).isEqualTo("a guest");
  }

  @Test
  void whoIsInterruptedWhileItWaitsFailsAndTakesNoTurn() throws Exception {
    StartTurns one = new StartTurns(1);
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goesOn = new CountDownLatch(1);
    Future<String> first =
        threads.submit(
            () ->
                one.take(
                    waited -> {
                      begun.countDown();
                      try {
                        goesOn.await();
                      } catch (InterruptedException e) {
                        throw new GuestException("interrupted", e);
                      }
                      return "first";
                    }));
    begun.await();
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> one.<String>take(waited -> "second"))
        .isInstanceOf(GuestException.class);
    assertThat(Thread.interrupted()).isTrue();
    goesOn.countDown();
    assertThat(first.get()).isEqualTo("first");
    assertThat(one.<String>take(waited -> "third")).isEqualTo("third");
  }
}
