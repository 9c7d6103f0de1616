package org.malassay.environments.host;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.malassay.environment.GuestException;

/**
 * Waits, within a bound. An interrupt ends each wait as a failure of the tool; the thread stays
 * interrupted.
 */
public final class Await {
  private Await() {}

  /** Waits for the value of a future. */
  public static <T> T value(Future<T> future, Duration most)
      throws ExecutionException, TimeoutException, GuestException {
    try {
      return future.get(most.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** Waits for the end of a process; false when it does not end in time. */
  public static boolean end(Process process, Duration most) throws GuestException {
    try {
      return process.waitFor(most.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** Takes a turn, which has to be given back. The wait is bounded by those who have the turns. */
  public static void turn(Semaphore turns) throws GuestException {
    try {
      turns.acquire();
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** Pauses before a condition is looked at again. */
  public static void pause(Duration length) throws GuestException {
    try {
      Thread.sleep(length.toMillis());
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** A wait that has a bound of its own. */
  @FunctionalInterface
  public interface Wait<T> {
    T hold() throws InterruptedException;
  }

  /** Holds such a wait. */
  public static <T> T on(Wait<T> wait) throws GuestException {
    try {
      return wait.hold();
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** Holds such a wait where nobody can be told of an interrupt; false when there was one. */
  public static boolean quietly(Wait<Boolean> wait) {
    try {
      return wait.hold();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** The failure that an interrupt becomes, for callers that have something to do before. */
  public static GuestException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new GuestException("interrupted", e);
  }

  /** The same where failures are of input and output. */
  public static IOException interruptedIo(InterruptedException e) {
    Thread.currentThread().interrupt();
    return (IOException) new InterruptedIOException("interrupted").initCause(e);
  }
}
