package org.malassay.environments.unikernel;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.malassay.environment.GuestException;
import org.malassay.environments.qemu.Vm;

/**
 * Keeps one machine ready. QEMU takes longer to start than what it boots here: so the QEMU of the
 * next guest is started while a guest is used, and waits before the machine's first instruction.
 */
final class Spare implements AutoCloseable {
  /** How a machine is made that has not run yet. */
  interface Maker {
    Vm make() throws GuestException;
  }

  private final Maker maker;
  private @Nullable CompletableFuture<Optional<Vm>> next;
  private boolean closed;

  Spare(Maker maker) {
    this.maker = maker;
  }

  /** Starts to make the next machine, if there is none, and does not wait for it. */
  synchronized void prepare() {
    if (next == null && !closed) {
      next = CompletableFuture.supplyAsync(this::made, Spare::inBackground);
    }
  }

  /** A machine that has not run yet: the one that waits or, where there is none, a new one. */
  Vm take() throws GuestException {
    Optional<Vm> waiting = prepared();
    if (waiting.isPresent()) {
      if (waiting.get().isAlive()) {
        return waiting.get();
      }
      waiting.get().close(); // somebody ended it while it waited
    }
    return maker.make();
  }

  private Optional<Vm> prepared() {
    CompletableFuture<Optional<Vm>> waiting;
    synchronized (this) {
      waiting = next;
      next = null;
    }
    return waiting == null ? Optional.empty() : waiting.join();
  }

  /** Empty when it cannot be made: whoever takes one tries again, and is told why. */
  private Optional<Vm> made() {
    try {
      return Optional.of(maker.make());
    } catch (GuestException | RuntimeException e) {
      return Optional.empty();
    }
  }

  private static void inBackground(Runnable task) {
    Thread thread = new Thread(task, "starting the next QEMU");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    prepared().ifPresent(Vm::close);
  }
}
