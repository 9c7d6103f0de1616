package org.malassay.environments.agent;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.malassay.environment.GuestException;
import org.malassay.environments.host.Await;

/**
 * The answers of an agent to questions of one kind. One question at a time: where the agent has not
 * come to answer the one before, it is not asked again, and there is no answer in time. Safe for
 * use by several threads.
 *
 * @param <T> what an answer is
 */
final class Answers<T> {
  private @Nullable CompletableFuture<T> asked;
  private @Nullable IOException over;

  /**
   * Asks, and waits for the answer.
   *
   * @param begins called before the agent is asked, if it is
   */
  T ask(Commands agent, byte[] question, Duration most, Runnable begins)
      throws IOException, TimeoutException, GuestException {
    CompletableFuture<T> answer = new CompletableFuture<>();
    boolean isFree;
    synchronized (this) {
      if (over != null) {
        throw over;
      }
      isFree = asked == null;
      if (isFree) {
        asked = answer;
        begins.run();
      }
    }
    if (isFree) {
      agent.send(question);
    }
    try {
      return Await.value(answer, most);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException told ? told : new IOException(e.getCause());
    }
  }

  /** Takes the answer; one that nobody has asked for is none. */
  synchronized void answer(T answer) {
    CompletableFuture<T> waiting = asked;
    if (waiting != null) {
      asked = null;
      waiting.complete(answer);
    }
  }

  /** True while an answer is waited for. */
  synchronized boolean isAsked() {
    return asked != null;
  }

  /** There are no more answers. */
  synchronized void end(IOException reason) {
    over = reason;
    if (asked != null) {
      asked.completeExceptionally(reason);
    }
  }
}
