package org.malassay.environments.container;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.malassay.behavior.Event;
import org.malassay.behavior.EventSink;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.environment.Ending.NotAsLinux;
import org.malassay.environment.Evidence;
import org.malassay.environment.Execution;
import org.malassay.environment.Guest;
import org.malassay.environment.GuestException;
import org.malassay.environment.GuestFile;
import org.malassay.environment.Libraries;
import org.malassay.environment.Order;
import org.malassay.environment.Probe;
import org.malassay.environment.Used;
import org.malassay.sample.Sample;

/** A guest of the first kind; when that does not do as Linux does, one of the second instead. */
final class EitherGuest implements Guest {
  /**
   * So many events are held back until it is known whether the first execution counts. What
   * qemu-user does not take mostly ends before any; a sample that does more first is not run again.
   */
  static final int MOST_HELD = 20_000;

  /** The two are measured in different ways, the second from outside: such figures do not mix. */
  private static final String UNMEASURED =
      "what counts was executed on the ARM kernel, where %s does not measure it; %s does"
          .formatted(Kernel.AUTO.asGiven(), Kernel.ARM.asGiven());

  private static final Probe ON_THE_WAY =
      Probe.notAsked(Duration.ZERO, "the guest on the ARM kernel is being started");

  private final Guest first;
  private final Another another;
  private @Nullable Sample sample;

  private volatile boolean isRunning;

  /** True once the first guest does not count any more, and is about to be closed. */
  private volatile boolean isFirstOver;

  /** The one that counts then, as soon as it is there. */
  private volatile @Nullable Guest second;

  /** True once there are figures of the first execution. */
  private volatile boolean isMeasured;

  /** Makes a guest of the second kind. */
  @FunctionalInterface
  interface Another {
    Guest start() throws GuestException;
  }

  EitherGuest(Guest first, Another another) {
    this.first = first;
    this.another = another;
  }

  @Override
  public Duration waited() {
    return first.waited();
  }

  @Override
  public void put(Sample delivered) throws GuestException {
    sample = delivered;
    first.put(delivered);
  }

  @Override
  public Optional<Libraries> libraries() throws GuestException {
    Optional<Guest> counting = counting();
    return counting.isPresent() ? counting.get().libraries() : Optional.empty();
  }

  /** The guest that counts; empty when the first one does not, and there is no second one. */
  private Optional<Guest> counting() {
    return isFirstOver ? Optional.ofNullable(second) : Optional.of(first);
  }

  @Override
  public Probe probe() throws GuestException {
    @Nullable Guest asked = isFirstOver ? second : first;
    Probe probe = asked == null ? ON_THE_WAY : asked.probe();
    // That the first guest is gone by now is nothing that its sample has done to its service.
    return asked == first && isFirstOver ? ON_THE_WAY : probe;
  }

  @Override
  public Execution run(Order order, EventSink events) throws GuestException {
    isRunning = true;
    Held held = new Held(events);
    Execution execution;
    try {
      execution = first.run(order, held);
    } catch (GuestException | RuntimeException e) {
      held.letGo();
      throw e;
    }
    if (!(execution.ending() instanceof NotAsLinux refused) || held.isOver()) {
      held.letGo();
      return execution;
    }
    isFirstOver = true;
    first.close(); // before the other one needs its memory
    Guest started = another.start();
    second = started;
    started.put(Objects.requireNonNull(sample));
    return withoutUsage(started.run(order, events))
        .noting(
            "executed on the ARM kernel, as qemu-user does not take " + QemuUser.notTaken(refused));
  }

  private Execution withoutUsage(Execution execution) {
    FacetState usage = isMeasured ? FacetState.cut(0, UNMEASURED) : FacetState.missing(UNMEASURED);
    return execution.with(execution.recording().with(Facet.USAGE, usage), execution.observed());
  }

  @Override
  public Optional<Used> used() throws GuestException {
    Optional<Used> used = isFirstOver ? Optional.empty() : first.used();
    if (isRunning && used.isPresent()) {
      isMeasured = true;
    }
    return used;
  }

  @Override
  public GuestFile read(String path, int most) throws GuestException {
    Optional<Guest> counting = counting();
    return counting.isPresent() ? counting.get().read(path, most) : GuestFile.SILENT;
  }

  @Override
  public void collect(Evidence evidence) throws GuestException {
    Optional<Guest> counting = counting();
    if (counting.isPresent()) {
      counting.get().collect(evidence);
    }
  }

  @Override
  public void close() {
    if (!isFirstOver) {
      first.close();
    }
    Guest running = second;
    if (running != null) {
      running.close();
    }
  }

  /** Holds events back, up to a bound; from then on they go by. */
  private static final class Held implements EventSink {
    private final EventSink to;
    private final List<Event> events = new ArrayList<>();
    private boolean goesBy;

    Held(EventSink to) {
      this.to = to;
    }

    @Override
    public synchronized void accept(Event event) {
      if (goesBy) {
        to.accept(event);
        return;
      }
      events.add(event);
      if (events.size() == MOST_HELD) {
        letGo();
      }
    }

    synchronized void letGo() {
      goesBy = true;
      events.forEach(to::accept);
      events.clear();
    }

    synchronized boolean isOver() {
      return goesBy;
    }
  }
}
