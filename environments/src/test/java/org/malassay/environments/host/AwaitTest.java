package org.malassay.environments.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.malassay.environment.GuestException;

class AwaitTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  @AfterEach
  void clear() {
    Thread.interrupted();
  }

  static Stream<Arguments> waits() {
    return Stream.of(
        waiting("value", () -> Await.value(new CompletableFuture<>(), LONG)),
        waiting("turn", () -> Await.turn(new Semaphore(0))),
        waiting("pause", () -> Await.pause(LONG)),
        waiting("wait of its own", () -> Await.on(() -> isCountedDown())));
  }

  private static Arguments waiting(String name, ThrowingCallable wait) {
    return arguments(name, wait);
  }

  private static boolean isCountedDown() throws InterruptedException {
    return new CountDownLatch(1).await(LONG.toSeconds(), TimeUnit.SECONDS);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("waits")
  void anInterruptIsAFailureOfTheToolAndTheThreadStaysInterrupted(
      String name, ThrowingCallable wait) {
    Thread.currentThread().interrupt();
    assertThatThrownBy(wait)
        .isInstanceOf(GuestException.class)
        .hasMessage("interrupted")
        .hasCauseInstanceOf(InterruptedException.class);
    assertThat(Thread.currentThread().isInterrupted()).isTrue();
  }

  @Test
  void whereNobodyCanBeToldAnInterruptEndsTheWait() {
    Thread.currentThread().interrupt();
    assertThat(Await.quietly(AwaitTest::isCountedDown)).isFalse();
    assertThat(Thread.currentThread().isInterrupted()).isTrue();
  }

  @Test
  void ofInputAndOutputTheSame() {
    assertThat(Await.interruptedIo(new InterruptedException()))
        .isInstanceOf(InterruptedIOException.class)
        .hasMessage("interrupted");
    assertThat(Thread.currentThread().isInterrupted()).isTrue();
  }
}
