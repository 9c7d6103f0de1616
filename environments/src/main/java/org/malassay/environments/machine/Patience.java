package org.malassay.environments.machine;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.malassay.environment.GuestException;
import org.malassay.environments.host.Await;
import org.malassay.environments.host.Timeouts;

/** A time-out for what a guest is asked to do in a conversation that knows none. */
final class Patience {
  private Patience() {}

  /** What waits for a guest: it ends by itself when the guest is thrown away. */
  interface Conversation<T> {
    T hold() throws IOException, GuestException, TimeoutException;
  }

  /**
   * Waits until it has been held, in a thread of its own.
   *
   * @param usual how long that may take on a host that is not slow
   * @param failure what is said when it was not, in front of the reason
   */
  static <T> T within(
      Timeouts timeouts, Duration usual, String failure, Conversation<T> conversation)
      throws GuestException {
    CompletableFuture<T> held = new CompletableFuture<>();
    start(() -> hold(conversation, held));
    return await(held, timeouts, usual, failure);
  }

  /**
   * The same of what will not come any more once something else has failed.
   *
   * @param setback asked again and again, in a thread of its own: why it will not come
   * @param pause between two questions
   */
  static <T> T within(
      Timeouts timeouts,
      Duration usual,
      String failure,
      Conversation<T> conversation,
      Conversation<Optional<String>> setback,
      Duration pause)
      throws GuestException {
    CompletableFuture<T> held = new CompletableFuture<>();
    start(() -> hold(conversation, held));
    start(() -> watch(setback, pause, held));
    try {
      return await(held, timeouts, usual, failure);
    } finally {
      held.cancel(false); // nobody asks any more
    }
  }

  private static void start(Runnable part) {
    Thread thread = new Thread(part, "conversation with a guest");
    thread.setDaemon(true);
    thread.start();
  }

  private static <T> void hold(Conversation<T> conversation, CompletableFuture<T> held) {
    try {
      held.complete(conversation.hold());
    } catch (IOException | GuestException | TimeoutException | RuntimeException e) {
      held.completeExceptionally(e);
    }
  }

  private static <T> void watch(
      Conversation<Optional<String>> setback, Duration pause, CompletableFuture<T> held) {
    try {
      for (Await.pause(pause); !held.isDone(); Await.pause(pause)) {
        setback.hold().ifPresent(why -> held.completeExceptionally(new GuestException(why)));
      }
    } catch (IOException | GuestException | TimeoutException | RuntimeException e) {
      // nothing is known of a setback; what is waited for has its bound
    }
  }

  private static <T> T await(
      CompletableFuture<T> held, Timeouts timeouts, Duration usual, String failure)
      throws GuestException {
    Duration most = timeouts.of(usual);
    try {
      return Await.value(held, most);
    } catch (ExecutionException e) {
      String why =
          e.getCause() instanceof TimeoutException ? timeouts.remedy() : ": " + e.getCause();
      throw new GuestException(failure + why, e);
    } catch (TimeoutException e) {
      throw new GuestException(failure + timeouts.over(most), e);
    }
  }
}
