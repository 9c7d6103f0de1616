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
      "what counts was executed on the ARM kernel, where -D%s=%s does not measure it; -D%s=%s does"
          .formatted(
              ContainerProvider.KERNEL.name(),
              Kernel.AUTO.word(),
              ContainerProvider.KERNEL.name(),
              Kernel.ARM.word());

  private final Guest first;
  private final Another another;
  private @Nullable Sample sample;

  /** The one that counts. */
  private volatile Guest guest;

  private volatile boolean isRunning;

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
    this.guest = first;
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
    return guest.libraries();
  }

  @Override
  public Probe probe() throws GuestException {
    return guest.probe();
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
    Guest second = another.start();
    guest = second;
    second.put(Objects.requireNonNull(sample));
    return withoutUsage(second.run(order, events))
        .noting("executed on the ARM kernel, as qemu-user does not take " + refused.what());
  }

  private Execution withoutUsage(Execution execution) {
    FacetState usage = isMeasured ? FacetState.cut(0, UNMEASURED) : FacetState.missing(UNMEASURED);
    return execution.with(execution.recording().with(Facet.USAGE, usage), execution.observed());
  }

  @Override
  public Optional<Used> used() throws GuestException {
    Optional<Used> used = guest == first ? first.used() : Optional.empty();
    if (isRunning && used.isPresent()) {
      isMeasured = true;
    }
    return used;
  }

  @Override
  public GuestFile read(String path, int most) throws GuestException {
    return guest.read(path, most);
  }

  @Override
  public void collect(Evidence evidence) throws GuestException {
    guest.collect(evidence);
  }

  @Override
  public void close() {
    first.close();
    if (guest != first) {
      guest.close();
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
