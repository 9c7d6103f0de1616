package org.malassay.environments.machine;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.malassay.environment.GuestException;
import org.malassay.environments.host.Await;

/** A time-out for what a guest is asked to do in a conversation that knows none. */
final class Patience {
  private Patience() {}

  /** What waits for a guest: it ends by itself when the guest is thrown away. */
  interface Conversation<T> {
    T hold() throws IOException;
  }

  /**
   * Waits until it has been held, in a thread of its own.
   *
   * @param failure what is said when it was not, in front of the reason
   */
  static <T> T within(Duration most, String failure, Conversation<T> conversation)
      throws GuestException {
    CompletableFuture<T> held = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                held.complete(conversation.hold());
              } catch (IOException | RuntimeException e) {
                held.completeExceptionally(e);
              }
            },
            "conversation with a guest");
    thread.setDaemon(true);
    thread.start();
    try {
      return Await.value(held, most);
    } catch (ExecutionException e) {
      throw new GuestException(failure + ": " + e.getCause(), e);
    } catch (TimeoutException e) {
      throw new GuestException(failure + ": it took longer than " + most.toSeconds() + " s", e);
    }
  }
}
