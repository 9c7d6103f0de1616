package org.malassay.behavior;

import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * How one kind of event is written into a record and read from it.
 *
 * @param word the value of {@code malassay.event}
 * @param event its class
 * @param facet what it belongs to
 * @param category the value of {@code event.category}, of those that the Elastic Common Schema
 *     allows
 * @param type the value of {@code event.type}, of those that it allows for that category
 * @param write puts what it says into a record, but for time, origin and kind
 * @param read makes it from a record that such an event was put into
 */
record EventKind<E extends Event>(
    String word,
    Class<E> event,
    Facet facet,
    String category,
    String type,
    BiConsumer<E, Fields> write,
    Function<Fields, E> read) {

  /** Puts an event of this kind into a record. */
  void write(Event event, Fields to) {
    write.accept(this.event.cast(event), to);
  }
}
