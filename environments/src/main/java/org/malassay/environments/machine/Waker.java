package org.malassay.environments.machine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import net.schmizz.sshj.connection.channel.direct.Session;
import org.malassay.environment.GuestException;
import org.malassay.environment.Piece;
import org.malassay.environments.host.Await;
import org.malassay.environments.host.LastWords;
import org.malassay.environments.host.Timeout;
import org.malassay.environments.qemu.Vm;

/** This side of {@code awake.c}. */
final class Waker {
  private static final int ENTROPY = 64;
  private static final int ANSWER = 'A';
  private static final SecureRandom RANDOM = new SecureRandom();

  private static final String ONCE = "exec /usr/local/sbin/malassay-awake once";

  private Waker() {}

  /** The bytes to and from the guest's end. */
  private interface Conversation {
    /** Says it, and returns the first byte of the answer, negative when there is none. */
    int ask(byte[] message) throws IOException;
  }

  /**
   * Gives a guest the right time and random numbers of its own, and waits until it has them.
   *
   * @param most how long it may take, booting included
   */
  static void wake(Vm vm, Timeout most) throws GuestException {
    SocketChannel awake = vm.channel(Machine.AWAKE);
    wake(
        vm,
        most,
        message -> {
          ByteBuffer bytes = ByteBuffer.wrap(message);
          while (bytes.hasRemaining()) {
            awake.write(bytes);
          }
          ByteBuffer answer = ByteBuffer.allocate(1);
          return awake.read(answer) == 1 ? answer.get(0) : -1;
        });
  }

  /** The same for a guest without a port for it. */
  static void wake(Vm vm, Ssh ssh, Timeout most) throws GuestException {
    wake(
        vm,
        most,
        message -> {
          try (Session.Command running = ssh.start(ONCE)) {
            running.getOutputStream().write(message);
            running.getOutputStream().flush();
            return running.getInputStream().read();
          }
        });
  }

  private static void wake(Vm vm, Timeout most, Conversation guest) throws GuestException {
    CompletableFuture<Void> answer = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                if (guest.ask(timeAndEntropy()) == ANSWER) {
                  answer.complete(null);
                } else {
                  answer.completeExceptionally(new IOException("it went"));
                }
              } catch (IOException e) {
                answer.completeExceptionally(e);
              }
            },
            "waking a guest");
    thread.setDaemon(true);
    thread.start();
    try {
      Await.value(answer, vm.timeouts().of(most));
    } catch (ExecutionException | TimeoutException e) {
      throw new LastWords(Piece.CONSOLE, vm.console())
          .failure(
              "the guest did not wake up"
                  + (e instanceof TimeoutException
                      ? vm.timeouts().over(most)
                      : " (%s)".formatted(e.getCause())),
              e);
    }
  }

  private static byte[] timeAndEntropy() {
    Instant now = Instant.now();
    byte[] entropy = new byte[ENTROPY];
    RANDOM.nextBytes(entropy);
    return ByteBuffer.allocate(Long.BYTES + ENTROPY)
        .putLong(TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano())
        .put(entropy)
        .array();
  }
}
