package org.malassay.environments.machine;

import java.io.IOException;
import java.time.Duration;
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
    Duration most = timeouts.of(usual);
    CompletableFuture<T> held = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                held.complete(conversation.hold());
              } catch (IOException | GuestException | TimeoutException | RuntimeException e) {
                held.completeExceptionally(e);
              }
            },
            "conversation with a guest");
    thread.setDaemon(true);
    thread.start();
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
