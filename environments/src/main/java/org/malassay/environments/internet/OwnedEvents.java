package org.malassay.environments.internet;

import java.util.ArrayList;
import java.util.List;
import org.malassay.behavior.Event;
import org.malassay.behavior.EventSink;
import org.malassay.behavior.Facet;
import org.malassay.behavior.ProgramStarted;
import org.malassay.behavior.SystemCall;

/**
 * The events of one sample on their way: those of its network wait for the end, when it is known
 * which process each belongs to; all others pass. Safe for use by several threads.
 */
public final class OwnedEvents implements EventSink {
  /** Of calls and programs that are remembered; beyond them, conversations have no owner. */
  private static final int MOST = 20_000;

  private final EventSink next;

  // Guarded by this.
  private final List<Event> remembered = new ArrayList<>();
  private final List<Event> waiting = new ArrayList<>();

  /**
   * @param next takes them all
   */
  public OwnedEvents(EventSink next) {
    this.next = next;
  }

  @Override
  public void accept(Event event) {
    if (event.facet() == Facet.NETWORK) {
      synchronized (this) {
        waiting.add(event); // the guest's network bounds how many it tells
      }
      return;
    }
    if (tellsOfOwners(event)) {
      synchronized (this) {
        if (remembered.size() < MOST) {
          remembered.add(event);
        }
      }
    }
    next.accept(event);
  }

  private static boolean tellsOfOwners(Event event) {
    return event instanceof ProgramStarted
        || (event instanceof SystemCall call && call.endpoint().isPresent());
  }

  /**
   * Lets those of the network pass, each with its process where that is known; once.
   *
   * @return who talked
   */
  public synchronized Owners tell() {
    Owners owners =
        Owners.of(
            events -> {
              remembered.forEach(events);
              waiting.forEach(events);
            });
    waiting.forEach(event -> next.accept(owners.own(event)));
    waiting.clear();
    remembered.clear();
    return owners;
  }
}
