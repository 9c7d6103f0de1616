package org.malassay.experiment;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.malassay.environment.GuestException;

/**
 * What goes on beside a sample until that has ended.
 *
 * @param <T> what has been seen by then
 */
final class Watching<T> {
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Future<T> seen;

  /** Looks at a guest until it is told to end. */
  @FunctionalInterface
  interface Look<T> {
    /** Returns soon after {@link Watching#endsWithin} has said so. */
    T at(Watching<T> watching) throws GuestException, InterruptedException;
  }

  /** Begins to look. */
  Watching(ExecutorService executor, Look<T> look) {
    this.seen = executor.submit(() -> look.at(this));
  }

  /** Waits so long, and no longer than to the end; true when it has come. */
  boolean endsWithin(Duration pause) throws InterruptedException {
    return ended.await(pause.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Whether it was told to end. */
  boolean hasEnded() {
    return ended.getCount() == 0;
  }

  /**
   * Ends it, and returns what it has seen when it is done.
   *
   * @param failed what is said of another failure than the guest's, such as {@code the guest could
   *     not be measured}
   */
  T end(String failed) throws GuestException, InterruptedException {
    ended.countDown();
    try {
      return seen.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GuestException failure) {
        throw failure;
      }
      throw new GuestException(failed + ": " + e.getCause(), e);
    }
  }
}
