package org.malassay.behavior;

/** Takes events as they are seen. */
@FunctionalInterface
public interface EventSink {

  /** Takes none. */
  EventSink NONE = event -> {};

  /**
   * Takes an event. May be called from any thread, and by several at once; neither throws nor waits
   * for anything but the disk. Events of one source come in its order; those of several are not
   * sorted.
   */
  void accept(Event event);
}
