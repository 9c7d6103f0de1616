package org.malassay.experiment;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.Origin;
import org.malassay.environment.Environment;
import org.malassay.environment.Guest;
import org.malassay.environment.GuestException;
import org.malassay.environment.Used;

/**
 * Measures what a guest uses: before its sample, every second while that runs, and at its end. A
 * sample that ends sooner than in a second is measured once, at its end.
 */
final class UsageWatch {
  private static final Duration PERIOD = Duration.ofSeconds(1);

  /** An hour of them; after that, the end alone. */
  private static final int MOST = 3_600;

  private final Guest guest;
  private final Observation observation;
  private final Origin origin;
  private final Optional<Used> before;
  private final Optional<String> failure;
  private final Optional<Watching<Integer>> seen;

  private UsageWatch(
      Guest guest,
      Observation observation,
      Origin origin,
      Optional<Used> before,
      Optional<String> failure,
      ExecutorService executor) {
    this.guest = guest;
    this.observation = observation;
    this.origin = origin;
    this.before = before;
    this.failure = failure;
    this.seen = before.map(start -> new Watching<>(executor, it -> watch(it, start)));
  }

  /**
   * Begins to measure, right before the sample is started; empty where usage is not recorded.
   *
   * @param environment of the guest
   */
  static Optional<UsageWatch> begin(
      Guest guest, Environment environment, Observation observation, ExecutorService executor) {
    if (!observation.isToObserve(Facet.USAGE)) {
      return Optional.empty();
    }
    Origin origin = environment.observes().getOrDefault(Facet.USAGE, Origin.GUEST);
    Optional<Used> before = Optional.empty();
    Optional<String> failure = Optional.empty();
    try {
      before = guest.used();
    } catch (GuestException e) {
      failure = Optional.of(String.valueOf(e.getMessage()));
    }
    return Optional.of(new UsageWatch(guest, observation, origin, before, failure, executor));
  }

  private int watch(Watching<Integer> watching, Used start)
      throws GuestException, InterruptedException {
    int count = 0;
    while (!watching.endsWithin(PERIOD) && count < MOST) {
      count += measure(start);
    }
    return count;
  }

  /** 1 when there was something to measure. */
  private int measure(Used start) throws GuestException {
    Optional<Used> now = guest.used();
    now.ifPresent(it -> observation.accept(it.since(start, observation.now(), origin)));
    return now.isPresent() ? 1 : 0;
  }

  /**
   * Measures at the end of the sample, and says how well its usage was recorded. A guest that could
   * not be measured costs this facet alone, not the verdict.
   */
  FacetState end() throws InterruptedException {
    if (failure.isPresent()) {
      return FacetState.missing(failure.get());
    }
    if (before.isEmpty()) {
      return FacetState.OFF;
    }
    try {
      int during = stop();
      int atTheEnd = measure(before.get());
      if (during + atTheEnd == 0) {
        return FacetState.missing("the guest was gone before it could be measured");
      }
      return atTheEnd == 1
          ? FacetState.OBSERVED
          : FacetState.cut(0, "the guest was gone before it could be measured at the end");
    } catch (GuestException e) {
      return FacetState.cut(0, String.valueOf(e.getMessage()));
    }
  }

  /** Ends the watch, and returns how often it has measured. */
  int stop() throws GuestException, InterruptedException {
    return seen.isPresent() ? seen.get().end("the guest could not be measured") : 0;
  }
}
