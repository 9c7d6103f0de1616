package org.malassay.raspbian;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.malassay.environment.GuestException;
import org.malassay.qemu.Vm;

/** This side of {@code awake.c}. */
final class Waker {
  private static final int ENTROPY = 64;
  private static final SecureRandom RANDOM = new SecureRandom();

  private Waker() {}

  /**
   * Gives a guest the right time and random numbers of its own, and waits until it has them.
   *
   * @param timeout how long it may take, booting included
   */
  static void wake(Vm vm, Duration timeout) throws GuestException {
    SocketChannel awake = vm.channel(Machine.AWAKE);
    ByteBuffer message = timeAndEntropy();
    CompletableFuture<Void> answer = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                while (message.hasRemaining()) {
                  awake.write(message);
                }
                if (awake.read(ByteBuffer.allocate(1)) == 1) {
                  answer.complete(null);
                } else {
                  answer.completeExceptionally(new IOException("QEMU is gone"));
                }
              } catch (IOException e) {
                answer.completeExceptionally(e);
              }
            },
            "waking a guest");
    thread.setDaemon(true);
    thread.start();
    try {
      answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GuestException("interrupted", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new GuestException(
          "the guest did not wake up in %d s: %s".formatted(timeout.toSeconds(), vm.console()), e);
    }
  }

  private static ByteBuffer timeAndEntropy() {
    Instant now = Instant.now();
    byte[] entropy = new byte[ENTROPY];
    RANDOM.nextBytes(entropy);
    return ByteBuffer.allocate(Long.BYTES + ENTROPY)
        .putLong(TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano())
        .put(entropy)
        .flip();
  }
}
