package org.malassay.experiment;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.malassay.sample.SafeText;

/**
 * Code of a third party, called on a thread of its own: whatever it does instead of returning,
 * within a bound, what its interface says, becomes one message that names it. Not for use by
 * several threads at once.
 */
final class ThirdParty implements AutoCloseable {

  /** A method of it. */
  interface Call<T> {
    @Nullable T call() throws Exception;
  }

  private final String who;
  private final Duration bound;
  private final ExecutorService thread;
  private boolean stuck;

  /**
   * @param who as messages name it, such as {@code environment box (com.example.BoxProvider)}
   * @param bound after which a method counts as one that never returns
   */
  ThirdParty(String who, Duration bound) {
    this.who = who;
    this.bound = bound;
    this.thread =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread daemon = new Thread(task, "malassay-" + who);
              daemon.setDaemon(true);
              return daemon;
            });
  }

  /** The same, on a thread of its own: for what may be called beside a method that runs. */
  ThirdParty beside() {
    return new ThirdParty(who, bound);
  }

  String who() {
    return who;
  }

  /**
   * Calls a method.
   *
   * @param expected the exception by which the method tells of its own failure; it is passed on
   * @throws Fault if the method throws anything else, returns null, or does not return
   */
  <T, X extends Exception> T call(String method, Class<X> expected, Call<T> call) throws X, Fault {
    if (stuck) {
      throw fault(method + " was not called, as the thread is still in another method", null);
    }
    Future<@Nullable T> future = thread.submit(call::call);
    try {
      @Nullable T value = future.get(bound.toNanos(), TimeUnit.NANOSECONDS);
      if (value == null) {
        throw fault("%s returned null".formatted(method), null);
      }
      return value;
    } catch (TimeoutException e) {
      stuck = true;
      future.cancel(true);
      throw fault("%s did not return within %s".formatted(method, words(bound)), e);
    } catch (InterruptedException e) {
      future.cancel(true);
      Thread.currentThread().interrupt();
      throw fault("interrupted in " + method, e);
    } catch (ExecutionException e) {
      Throwable thrown = e.getCause() == null ? e : e.getCause();
      if (expected.isInstance(thrown)) {
        throw expected.cast(thrown);
      }
      throw fault("%s threw %s".formatted(method, thrown), thrown);
    }
  }

  /** Calls a method that throws nothing. */
  <T> T call(String method, Call<T> call) throws Fault {
    return call(method, Fault.class, call);
  }

  /** A fault that was found in what a method returned. */
  Fault fault(String what, @Nullable Throwable cause) {
    return new Fault(who + ": " + SafeText.printable(what), cause);
  }

  private static String words(Duration bound) {
    return bound.toMinutes() > 0 ? bound.toMinutes() + " min" : bound.toMillis() + " ms";
  }

  /** Gives the thread up; one that never returns is left to end with the program. */
  @Override
  public void close() {
    thread.shutdownNow();
  }
}
