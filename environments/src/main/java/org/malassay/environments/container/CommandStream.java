package org.malassay.environments.container;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.malassay.environments.host.Await;
import org.malassay.environments.host.Timeout;
import org.malassay.environments.host.Timeouts;

/**
 * What is sent to a guest's standard input. The HTTP client reads it in a thread of its own. Only a
 * few pieces wait in it, so that a large sample does not fill the memory. It ends when it is
 * closed.
 */
final class CommandStream extends InputStream {
  private static final byte[] END = new byte[0];
  private static final int PIECES = 16;

  private final BlockingQueue<byte[]> pieces = new ArrayBlockingQueue<>(PIECES);
  private byte[] piece = {};
  private int at;
  private boolean ended;

  /**
   * Hands over a piece; it is not copied.
   *
   * @param most how long the guest may take to take it
   * @throws IOException if it does not
   */
  void send(byte[] bytes, Timeouts timeouts, Timeout most) throws IOException {
    try {
      if (bytes.length > 0
          && !pieces.offer(bytes, timeouts.of(most).toNanos(), TimeUnit.NANOSECONDS)) {
        throw new IOException("the guest took no commands" + timeouts.over(most));
      }
    } catch (InterruptedException e) {
      throw Await.interruptedIo(e);
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (at == piece.length && !ended) {
      try {
        piece = pieces.take();
      } catch (InterruptedException e) {
        throw Await.interruptedIo(e);
      }
      at = 0;
      ended = piece.length == 0;
    }
    if (ended) {
      return -1;
    }
    int n = Math.min(length, piece.length - at);
    System.arraycopy(piece, at, into, offset, n);
    at += n;
    return n;
  }

  /** What was not read yet is dropped. */
  @Override
  public void close() {
    while (!pieces.offer(END)) {
      pieces.poll();
    }
  }
}
