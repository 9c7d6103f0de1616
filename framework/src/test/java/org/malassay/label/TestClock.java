package org.malassay.label;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that stands still unless moved; waiting moves it. */
final class TestClock extends Clock implements RateLimiter.Pause {
  private final AtomicReference<Instant> now;

  TestClock(String now) {
    this.now = new AtomicReference<>(Instant.parse(now));
  }

  void advance(Duration duration) {
    now.updateAndGet(instant -> instant.plus(duration));
  }

  @Override
  public boolean await(Duration duration) {
    advance(duration);
    return true;
  }

  @Override
  public Instant instant() {
    return Objects.requireNonNull(now.get());
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
