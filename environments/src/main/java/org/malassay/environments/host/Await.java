package org.malassay.environments.host;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.malassay.environment.GuestException;

/** Waits, within a bound. An interrupt ends each wait as a failure of the tool. */
public final class Await {
  private Await() {}

  /** The value of a future, when it comes in time. */
  public static <T> T value(Future<T> future, Duration most)
      throws ExecutionException, TimeoutException, GuestException {
    try {
      return future.get(most.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** False when the process has not ended in time. */
  public static boolean end(Process process, Duration most) throws GuestException {
    try {
      return process.waitFor(most.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** A turn, which whoever got it has to give back. Those who have it bound the wait. */
  public static void turn(Semaphore turns) throws GuestException {
    try {
      turns.acquire();
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** A while, before what is waited for is looked at again. */
  public static void pause(Duration length) throws GuestException {
    try {
      Thread.sleep(length.toMillis());
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** Waits by itself, and knows a bound of its own. */
  @FunctionalInterface
  public interface Wait<T> {
    T hold() throws InterruptedException;
  }

  /** What waits by itself. */
  public static <T> T on(Wait<T> wait) throws GuestException {
    try {
      return wait.hold();
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static GuestException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new GuestException("interrupted", e);
  }
}
