package org.malassay.environments.internet;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.malassay.environment.GuestException;
import org.malassay.environments.host.Await;
import org.malassay.environments.host.Timeout;
import org.malassay.environments.host.Timeouts;

/**
 * The other end of one running program {@code internet}, which serves one guest after the other.
 * What it tells comes in one thread, that of {@link #take}.
 */
public final class Relay implements AutoCloseable {
  private static final int PIECE = 64 * 1024;

  /** Where the program's input is. */
  @FunctionalInterface
  public interface Output {
    /** Hands over bytes, which are not changed any more. */
    void write(byte[] bytes) throws IOException;
  }

  /**
   * A fresh pair of network namespaces.
   *
   * @param namespace the number of the guest's one, as {@code readlink /proc/self/ns/net} tells it
   *     there; 0 for a machine, which has none
   * @param ipv6 false where the kernel has no IPv6
   * @param took to be made
   * @param ports of the host's loopback, by the ports of the guest that they lead to
   */
  public record Ready(long namespace, boolean ipv6, Duration took, Map<Integer, Integer> ports) {}

  private final Output output;
  private final Timeouts timeouts;
  private final FrameReader reader = new FrameReader(this::on);

  // Guarded by this.
  private @Nullable GuestNetwork current;
  private @Nullable GuestNetwork next;
  private @Nullable GuestException end;

  /**
   * @param output is written to by one thread at a time
   */
  public Relay(Output output, Timeouts timeouts) {
    this.output = output;
    this.timeouts = timeouts;
  }

  /**
   * The network of a program that makes one unasked, and serves one guest.
   *
   * @param channel to the program, which the caller closes
   * @param answers what is said to the guest
   * @param folder of the guest's own, for what is kept until it is collected
   */
  public static GuestNetwork of(
      SocketChannel channel, Timeouts timeouts, Answers answers, Path folder)
      throws GuestException {
    Relay relay =
        new Relay(
            bytes -> {
              for (ByteBuffer left = ByteBuffer.wrap(bytes); left.hasRemaining(); ) {
                channel.write(left);
              }
            },
            timeouts);
    GuestNetwork network = relay.expect(answers, folder);
    Thread reader = new Thread(() -> relay.read(channel), "simulated Internet");
    reader.setDaemon(true);
    reader.start();
    return relay.await(network);
  }

  private void read(SocketChannel channel) {
    ByteBuffer buffer = ByteBuffer.allocate(PIECE);
    try {
      while (channel.read(buffer.clear()) >= 0) {
        take(Arrays.copyOf(buffer.array(), buffer.position()));
      }
      ended("the simulated Internet has ended");
    } catch (IOException | RuntimeException e) {
      ended("the simulated Internet is gone: " + e);
    }
  }

  /**
   * A fresh network, in the place of the one before, whose guest must be gone: whoever starts in
   * the program's network namespace from now on is in this one.
   *
   * @param answers what is said to the guest
   * @param folder of the guest's own, for what is kept until it is collected
   */
  public GuestNetwork next(Answers answers, Path folder) throws GuestException {
    GuestNetwork network = expect(answers, folder);
    send(Frame.READY, 0);
    return await(network);
  }

  private synchronized GuestNetwork expect(Answers answers, Path folder) throws GuestException {
    if (end != null) {
      throw new GuestException(String.valueOf(end.getMessage()), end);
    }
    if (next != null) {
      throw new IllegalStateException("one guest at a time");
    }
    next = new GuestNetwork(this, answers, folder);
    return next;
  }

  private GuestNetwork await(GuestNetwork network) throws GuestException {
    await(network.ready(), Timeout.INTERNET_NETWORK, "make a network");
    return network;
  }

  /**
   * What the program answers.
   *
   * @param what it is to do, in messages
   */
  <T> T await(CompletableFuture<T> answer, Timeout most, String what) throws GuestException {
    try {
      return Await.value(answer, timeouts.of(most));
    } catch (ExecutionException e) {
      throw new GuestException(
          Optional.ofNullable(e.getCause()).map(Throwable::getMessage).orElse(e.toString()), e);
    } catch (TimeoutException e) {
      throw new GuestException(
          "the simulated Internet did not %s%s".formatted(what, timeouts.over(most)), e);
    }
  }

  /** False when the program has ended, or nothing more can be heard of it. */
  public synchronized boolean isUp() {
    return end == null;
  }

  /**
   * Takes what the program has written, in pieces of any size.
   *
   * @throws IOException if that is not what it says; nothing more may be taken then
   */
  public void take(byte[] bytes) throws IOException {
    try {
      reader.read(bytes);
    } catch (IOException | RuntimeException e) {
      ended("the simulated Internet says what nobody understands: " + e);
      throw e;
    }
  }

  /** Told when the program has ended, or nothing more can be heard of it. */
  public void ended(String why) {
    @Nullable GuestNetwork waiting;
    @Nullable GuestNetwork open;
    GuestException failure;
    synchronized (this) {
      if (end == null) {
        end = new GuestException(why);
      }
      failure = end;
      waiting = next;
      open = current;
      next = null;
      current = null;
    }
    if (waiting != null) {
      waiting.fail(failure);
    }
    if (open != null) {
      open.fail(failure);
    }
  }

  private void on(Frame frame) {
    if (frame.type() == Frame.ERROR) {
      ended(
          "the simulated Internet "
              + StandardCharsets.UTF_8.decode(frame.payload().slice()).toString());
      return;
    }
    @Nullable GuestNetwork network;
    @Nullable GuestNetwork before = null;
    synchronized (this) {
      if (frame.type() == Frame.READY && next != null) {
        before = current;
        current = next;
        next = null;
      }
      network = current;
    }
    if (before != null) {
      before.replaced();
    }
    if (network != null) {
      network.on(frame);
    }
  }

  void send(char type, int id) {
    send(Frame.begin(type, id, 0));
  }

  /** Sends a frame whose payload was put whole. A program that has ended is told of elsewhere. */
  void send(ByteBuffer frame) {
    byte[] bytes = new byte[frame.flip().remaining()];
    frame.get(bytes);
    try {
      synchronized (output) {
        output.write(bytes);
      }
    } catch (IOException e) {
      ended("the simulated Internet is gone: " + e.getMessage());
    }
  }

  /** Forgets the guest; whoever owns the program ends it. */
  @Override
  public void close() {
    ended("closed");
  }
}
