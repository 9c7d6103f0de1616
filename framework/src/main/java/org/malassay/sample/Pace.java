package org.malassay.sample;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Sees that the reading of a corpus goes on, and tells how far it is. Archives are read in another
 * thread, which is given up when nothing comes of it: a few hostile bytes can make a decoder
 * compute for years. Such a thread lives on as long as the program.
 */
final class Pace implements AutoCloseable {
  private static final Duration LOOK = Duration.ofMillis(200);

  private final Consumer<String> progress;
  private final Duration pause;
  private final ExecutorService readers =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "malassay-archive");
            thread.setDaemon(true);
            return thread;
          });

  private volatile long lastSign = System.nanoTime();
  private long lastTold = System.nanoTime();
  private String place = "";
  private int files;

  /**
   * @param pause between two lines of progress
   */
  Pace(Consumer<String> progress, Duration pause) {
    this.progress = progress;
    this.pause = pause;
  }

  /** What is read now: hostile text. */
  synchronized void at(String path) throws UnreadableException {
    place = path;
    sign();
  }

  /** One more file was read. */
  synchronized void file() throws UnreadableException {
    files++;
    sign();
  }

  /**
   * Something was read.
   *
   * @throws UnreadableException if the calling thread was given up
   */
  synchronized void sign() throws UnreadableException {
    if (Thread.currentThread().isInterrupted()) {
      throw new UnreadableException.Rest("was given up", null);
    }
    lastSign = System.nanoTime();
    if (lastSign - lastTold > pause.toNanos()) {
      lastTold = lastSign;
      progress.accept(
          "reading the corpus: %,d files so far, now %s"
              .formatted(files, SafeText.printable(place)));
    }
  }

  /**
   * Reads something in another thread.
   *
   * @param silence how long nothing may come of it
   * @throws UnreadableException if nothing did
   */
  <T> T read(Callable<T> reading, Duration silence) throws IOException {
    sign();
    Future<T> future = readers.submit(reading);
    while (true) {
      try {
        return future.get(LOOK.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        if (System.nanoTime() - lastSign > silence.toNanos()) {
          future.cancel(true);
          throw new UnreadableException(
              "was given up, as nothing came of it in %d s".formatted(silence.toSeconds()), e);
        }
      } catch (InterruptedException e) {
        future.cancel(true);
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while the corpus was being read");
      } catch (ExecutionException e) {
        if (e.getCause() instanceof IOException failure) {
          throw failure;
        }
        throw new IllegalStateException(e.getCause());
      }
    }
  }

  @Override
  public void close() {
    readers.shutdownNow();
  }
}
