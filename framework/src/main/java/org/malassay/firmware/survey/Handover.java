package org.malassay.firmware.survey;

import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.malassay.firmware.Entry;

/**
 * Takes entries from the thread that reads an image and hands them, in their order, to one that
 * judges: the next file is unpacked while this one is judged. What waits between the two is
 * bounded.
 */
final class Handover implements Consumer<Entry>, AutoCloseable {
  private static final int ENTRIES = 256;

  /** What waits, in KiB; a larger content waits alone. */
  private static final int KIBIBYTES = 48 << 10;

  private final BlockingQueue<Optional<Entry>> waiting = new ArrayBlockingQueue<>(ENTRIES);
  private final Semaphore room = new Semaphore(KIBIBYTES);
  private final Consumer<Entry> to;
  private final Thread judging;
  private volatile @Nullable Throwable failure;

  /**
   * @param to takes each entry in a thread of its own, one at a time
   */
  Handover(Consumer<Entry> to) {
    this.to = to;
    judging = new Thread(this::judge, "malassay-judge");
    judging.setDaemon(true);
    judging.start();
  }

  private void judge() {
    try {
      for (Optional<Entry> next = waiting.take(); next.isPresent(); next = waiting.take()) {
        Entry entry = next.get();
        if (failure == null) {
          try {
            to.accept(entry);
          } catch (RuntimeException | Error e) {
            failure = e; // what comes after it is taken, so that the reader does not wait for ever
          }
        }
        room.release(size(entry));
      }
    } catch (InterruptedException e) {
      // given up by close()
    }
  }

  private static int size(Entry entry) {
    return Math.min(KIBIBYTES, entry.content().length / 1024 + 1);
  }

  /**
   * Hands an entry over, when there is room.
   *
   * @throws RuntimeException if what takes them has failed: its own exception or error
   */
  @Override
  public void accept(Entry entry) {
    rethrow();
    try {
      room.acquire(size(entry));
      waiting.put(Optional.of(entry));
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** Waits until all have been judged; throws as {@link #accept}. */
  void finish() {
    try {
      waiting.put(Optional.empty());
      judging.join();
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
    rethrow();
  }

  private static IllegalStateException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IllegalStateException("interrupted while an image was read", e);
  }

  private void rethrow() {
    Throwable thrown = failure;
    if (thrown instanceof Error error) {
      throw error;
    }
    if (thrown instanceof RuntimeException exception) {
      throw exception;
    }
  }

  /** Gives up what has not been judged. */
  @Override
  public void close() {
    judging.interrupt();
  }
}
