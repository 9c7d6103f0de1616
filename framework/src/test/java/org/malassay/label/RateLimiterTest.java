package org.malassay.label;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RateLimiterTest {
  private static final Duration FOREVER = Duration.ofDays(100);

  private final Path state;
  private final TestClock clock = new TestClock("2026-03-01T10:00:00Z");

  RateLimiterTest(@TempDir Path folder) {
    this.state = folder.resolve("made/by/it/rate.json");
  }

  private RateLimiter limiter(String limit) {
    return new RateLimiter("VirusTotal", RateLimit.parse(limit), state, clock, clock);
  }

  private Instant take(RateLimiter limiter) throws Exception {
    assertThat(limiter.take(clock.instant().plus(FOREVER))).isEmpty();
    return clock.instant();
  }

  private Optional<String> tryNow(RateLimiter limiter) throws Exception {
    return limiter.take(clock.instant());
  }

  @Test
  void fourAMinuteAreNeverMoreInAnyMinute() throws Exception {
    RateLimiter limiter = limiter("4/min");
    List<Instant> taken = new ArrayList<>();
    for (int i = 0; i < 13; i++) {
      taken.add(take(limiter));
      clock.advance(Duration.ofSeconds(7));
    }

    for (int i = 4; i < taken.size(); i++) {
      assertThat(Duration.between(taken.get(i - 4), taken.get(i)))
          .isGreaterThanOrEqualTo(Duration.ofMinutes(1));
    }
    // And no slower than that: 3 waits of a minute each.
    assertThat(Duration.between(taken.get(0), taken.get(12))).isEqualTo(Duration.ofMinutes(3));
  }

  @Test
  void aDayEndsAtMidnightUtc() throws Exception {
    RateLimiter limiter = limiter("100/min,5/day");
    for (int i = 0; i < 5; i++) {
      assertThat(take(limiter)).isEqualTo("2026-03-01T10:00:00Z");
    }

    assertThat(take(limiter)).isEqualTo("2026-03-02T00:00:00Z");
  }

  @Test
  void aTurnThatComesTooLateIsNotWaitedFor() throws Exception {
    RateLimiter limiter = limiter("4/min,5/day");
    for (int i = 0; i < 5; i++) {
      take(limiter);
    }
    Instant before = clock.instant();

    assertThat(limiter.take(before.plus(Duration.ofMinutes(10))))
        .contains("rate limit of VirusTotal: 5 a day used up until 2026-03-02T00:00:00Z");
    assertThat(clock.instant()).isEqualTo(before);
  }

  @Test
  void theLimitHoldsAcrossRestarts() throws Exception {
    for (int i = 0; i < 4; i++) {
      assertThat(tryNow(limiter("4/min"))).isEmpty();
    }

    assertThat(tryNow(limiter("4/min")))
        .contains("rate limit of VirusTotal: 4 a min used up until 2026-03-01T10:01:00Z");
  }

  @Test
  void twoLimitersOnOneStateFileShareTheLimit() throws Exception {
    RateLimiter one = limiter("4/min");
    RateLimiter other = limiter("4/min");
    take(one);
    take(other);
    take(one);
    take(other);

    assertThat(tryNow(one)).isPresent();
    assertThat(tryNow(other)).isPresent();
  }

  @Test
  void manyThreadsTakeNoMoreThanThereIs() throws Exception {
    List<Callable<Optional<String>>> takers = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      RateLimiter limiter = limiter("7/h");
      takers.add(() -> limiter.take(clock.instant()));
    }
    var executor = Executors.newFixedThreadPool(8);
    try {
      int granted = 0;
      for (Future<Optional<String>> future : executor.invokeAll(takers)) {
        granted += future.get().isEmpty() ? 1 : 0;
      }
      assertThat(granted).isEqualTo(7);
    } finally {
      executor.shutdownNow();
    }
  }

  @Test
  @Timeout(120)
  void anotherProcessThatHoldsTheLockIsWaitedFor() throws Exception {
    Files.createDirectories(state.getParent());
    Path lock = state.resolveSibling("rate.json.lock");
    // flock(1) locks by another call than Java does; so another Java holds it.
    Path holder = Files.writeString(state.resolveSibling("Holder.java"), HOLDER);
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                holder.toString(),
                lock.toString())
            .redirectErrorStream(true)
            .start();
    var executor = Executors.newSingleThreadExecutor();
    try {
      assertThat(process.inputReader().readLine()).isEqualTo("locked");
      var taken = executor.submit(() -> limiter("4/min").take(clock.instant()));
      assertThatThrownBy(() -> taken.get(300, TimeUnit.MILLISECONDS))
          .isInstanceOf(java.util.concurrent.TimeoutException.class);

      process.outputWriter().write("\n");
      process.outputWriter().flush();

      assertThat(taken.get(60, TimeUnit.SECONDS)).isEmpty();
    } finally {
      process.destroyForcibly();
      executor.shutdownNow();
    }
  }

  private static final String HOLDER =
      """
      import java.nio.channels.FileChannel;
      import java.nio.file.*;
      class Holder {
        public static void main(String[] args) throws Exception {
          try (FileChannel channel = FileChannel.open(
              Path.of(args[0]), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.lock();
            System.out.println("locked");
            System.in.read();
          }
        }
      }
      """;

  @Test
  void afterABackOffNobodyAsksForThatTime() throws Exception {
    limiter("4/min").backOff(Duration.ofMinutes(3));

    assertThat(tryNow(limiter("4/min")))
        .contains("VirusTotal asked to be left alone until 2026-03-01T10:03:00Z");
    assertThat(take(limiter("4/min"))).isEqualTo("2026-03-01T10:03:00Z");
  }

  @Test
  void aShorterBackOffDoesNotEndALongerOne() throws Exception {
    limiter("4/min").backOff(Duration.ofMinutes(3));
    limiter("4/min").backOff(Duration.ofMinutes(1));

    assertThat(take(limiter("4/min"))).isEqualTo("2026-03-01T10:03:00Z");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{\"asked\": [",
        "{\"asked\": [null]}",
        "{\"asked\": \"x\"}",
        "{}"
      })
  void aSpoiltStateIsBegunAnew(String contents) throws Exception {
    Files.createDirectories(state.getParent());
    Files.writeString(state, contents);
    RateLimiter limiter = limiter("1/min");

    assertThat(tryNow(limiter)).isEmpty();
    assertThat(tryNow(limiter)).isPresent();
  }

  @Test
  void aClockThatWasSetBackDoesNotStopTheServiceForLong() throws Exception {
    RateLimiter limiter = limiter("1/min");
    take(limiter);
    clock.advance(Duration.ofDays(-365));
    Instant before = clock.instant();

    assertThat(Duration.between(before, take(limiter))).isLessThanOrEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void theStateStaysSmall() throws Exception {
    RateLimiter limiter = limiter("4/min");
    for (int i = 0; i < 200; i++) {
      take(limiter);
    }

    assertThat(Files.size(state)).isLessThan(200);
  }

  @Test
  void aWaitThatIsGivenUpSaysWhatItWaitedFor() throws Exception {
    RateLimiter limiter =
        new RateLimiter("VirusTotal", RateLimit.parse("1/min"), state, clock, duration -> false);
    assertThat(limiter.take(clock.instant().plus(FOREVER))).isEmpty();

    assertThat(limiter.take(clock.instant().plus(FOREVER)).orElseThrow())
        .startsWith("rate limit of VirusTotal: 1 a min used up");
  }

  @Test
  void withoutAPlaceForTheStateNothingMayBeAsked() throws Exception {
    // A folder where the file should be.
    Files.createDirectories(state.resolve("x"));

    assertThatThrownBy(() -> tryNow(limiter("4/min"))).isInstanceOf(IOException.class);
  }

  @Test
  void limitsAreWrittenAsRead() {
    assertThat(RateLimit.parse(" 4/MIN, 500/day ").toString()).isEqualTo("4/min,500/day");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "4", "0/min", "-1/min", "4/week", "4/min,", "99999999999/s"})
  void whatIsNoLimitIsRefused(String text) {
    assertThatThrownBy(() -> RateLimit.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("such as 4/min,500/day");
  }
}
