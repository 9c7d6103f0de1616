package org.malassay.environments.qemu;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.malassay.environments.host.Await;

/**
 * What a guest writes to its console, of which the beginning and the end are kept: a flood fills
 * neither memory nor disk, and does not wash away the last words of a kernel. Hostile bytes.
 */
final class Console implements AutoCloseable {
  static final int BEGINNING = 32 * 1024;
  static final int END = 32 * 1024;
  private static final int CHUNK = 4 * 1024;

  private final SocketChannel channel;
  private final CountDownLatch ended = new CountDownLatch(1);

  // Guarded by this.
  private final ByteArrayOutputStream beginning = new ByteArrayOutputStream();
  private final byte[] end = new byte[END]; // a ring
  private long total;

  /** Reads in a thread of its own until the channel ends: who writes there must not wait. */
  Console(SocketChannel channel) {
    this.channel = channel;
    Thread reader = new Thread(this::read, "console of a guest");
    reader.setDaemon(true);
    reader.start();
  }

  private void read() {
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
    try {
      while (channel.read(chunk) >= 0) {
        add(chunk.array(), chunk.position());
        chunk.clear();
      }
    } catch (IOException e) {
      // the machine is gone, as its end will tell
    } finally {
      ended.countDown();
    }
  }

  private synchronized void add(byte[] bytes, int length) {
    int first = Math.min(length, BEGINNING - beginning.size());
    beginning.write(bytes, 0, first);
    for (int i = first; i < length; i++) {
      end[(int) ((total + i - BEGINNING) % END)] = bytes[i];
    }
    total += length;
  }

  /** Waits until all has come that will. */
  void awaitEnd(Duration most) {
    Await.quietly(() -> ended.await(most.toMillis(), TimeUnit.MILLISECONDS));
  }

  synchronized String text() {
    long beyond = Math.max(0, total - BEGINNING);
    int kept = (int) Math.min(beyond, END);
    byte[] last = new byte[kept];
    for (int i = 0; i < kept; i++) {
      last[i] = end[(int) ((beyond - kept + i) % END)];
    }
    String dropped = beyond > kept ? "%n[%d bytes dropped]%n".formatted(beyond - kept) : "";
    return beginning.toString(UTF_8) + dropped + new String(last, UTF_8);
  }

  @Override
  public void close() {
    Vm.close(channel);
  }
}
