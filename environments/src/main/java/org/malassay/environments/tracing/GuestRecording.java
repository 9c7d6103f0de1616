package org.malassay.environments.tracing;

import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;

/** One guest while it is recorded. Safe for use by several threads. */
public final class GuestRecording implements Watch, AutoCloseable {
  private static final Duration ANSWER = Duration.ofSeconds(5);

  private final Recorder recorder;
  private final long cookie;
  private final GuestTrace trace;
  private final RecorderBounds bounds;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final CountDownLatch accounted = new CountDownLatch(1);

  // Guarded by this.
  private Optional<Account> account = Optional.empty();
  private FacetState worst = FacetState.OBSERVED;
  private Optional<FacetState> missing = Optional.empty();
  private boolean closed;

  GuestRecording(Recorder recorder, long cookie, GuestTrace trace, RecorderBounds bounds) {
    this.recorder = recorder;
    this.cookie = cookie;
    this.trace = trace;
    this.bounds = bounds;
  }

  /** The number by which the guest's agent marks the sample. */
  public long cookie() {
    return cookie;
  }

  @Override
  public boolean awaitEnd(Duration timeout) throws InterruptedException {
    return ended.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public Map<Facet, FacetState> finish() {
    if (!awaitAccount()) {
      worsen(FacetState.cut(0, "the recorder does not answer"));
    }
    close();
    synchronized (this) {
      Map<Facet, FacetState> states = new EnumMap<>(trace.states(account, bounds));
      states.replaceAll((facet, state) -> missing.orElse(state.and(worst)));
      return states;
    }
  }

  /** Nothing of the guest is left, or the recorder tells now what it has seen so far. */
  private boolean awaitAccount() {
    try {
      if (!accounted.await(0, TimeUnit.SECONDS)) {
        recorder.askForAccount(cookie);
      }
      return accounted.await(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** What the guest's records say of the first program that it executed. */
  synchronized Optional<GuestTrace.Program> firstProgram() {
    return trace.firstProgram();
  }

  synchronized void accept(KernelRecord record) {
    if (closed) {
      return;
    }
    switch (record.type()) {
      case END -> ended.countDown();
      case ACCOUNT -> {
        account = Account.read(record.data());
        if (account.isEmpty()) {
          worsen(FacetState.cut(0, "what the recorder tells at the end is not understood"));
        }
        trace.end(record.from());
        close();
        accounted.countDown();
      }
      default -> trace.accept(record);
    }
  }

  /** There is no recorder to begin with. */
  synchronized void miss(String why) {
    missing = Optional.of(FacetState.missing("the recorder " + why));
    ended.countDown();
    accounted.countDown();
  }

  /** The recorder ends before this recording does. */
  void cut(String why) {
    worsen(FacetState.cut(0, "the recorder " + why));
    ended.countDown();
    accounted.countDown();
  }

  synchronized void worsen(FacetState state) {
    worst = worst.and(state);
  }

  /** Forgets the guest. */
  @Override
  public void close() {
    recorder.close(cookie);
    synchronized (this) {
      closed = true;
    }
  }
}
