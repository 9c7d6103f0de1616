package org.malassay.environments.host;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import org.malassay.environment.GuestException;

/**
 * Lets a few guests start at once; the others wait for their turn, in order. A guest that starts
 * computes, unlike most that run: more at once would only wait for each other.
 */
public final class StartTurns {
  private final Semaphore turns;

  /**
   * @param atOnce how many start side by side
   */
  public StartTurns(int atOnce) {
    this.turns = new Semaphore(atOnce, /* fair= */ true);
  }

  /** Starts a guest. */
  public interface Start<G> {
    /**
     * Starts it.
     *
     * @param waited how long its turn was waited for
     */
    G start(Duration waited) throws GuestException;
  }

  /** Waits for a turn, and starts a guest in it. */
  public <G> G take(Start<G> start) throws GuestException {
    long asked = System.nanoTime();
    Await.turn(turns);
    try {
      return start.start(Duration.ofNanos(System.nanoTime() - asked));
    } finally {
      turns.release();
    }
  }
}
