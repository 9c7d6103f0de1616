package org.malassay.environments.internet;

import java.util.ArrayList;
import java.util.List;
import org.malassay.behavior.Event;
import org.malassay.behavior.EventSink;
import org.malassay.behavior.Facet;

/**
 * The events of one sample on their way: those of its network wait for the end, when it is known
 * which process each belongs to; all others pass. Safe for use by several threads.
 */
public final class OwnedEvents implements EventSink {
  private final EventSink next;

  // Guarded by this.
  private Owners.Builder owners = new Owners.Builder();
  private final List<Event> waiting = new ArrayList<>();

  /**
   * @param next takes them all
   */
  public OwnedEvents(EventSink next) {
    this.next = next;
  }

  @Override
  public void accept(Event event) {
    synchronized (this) {
      owners.accept(event);
      if (event.facet() == Facet.NETWORK) {
        waiting.add(event); // the guest's network bounds how many it tells
        return;
      }
    }
    next.accept(event);
  }

  /**
   * Lets those of the network pass, each with its process where that is known; once.
   *
   * @return who talked
   */
  public synchronized Owners tell() {
    Owners all = owners.build();
    owners = new Owners.Builder();
    waiting.forEach(event -> next.accept(all.own(event)));
    waiting.clear();
    return all;
  }
}
