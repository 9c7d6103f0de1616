package org.malassay.behavior;

import java.time.Duration;
import java.util.OptionalInt;

/**
 * A process of the sample ended.
 *
 * @param status its exit status; empty when a signal ended it
 * @param signal the number of the signal that ended it; empty when it exited by itself
 */
public record ProcessEnded(
    Duration at, Origin origin, int process, OptionalInt status, OptionalInt signal)
    implements Event {

  static final EventKind<ProcessEnded> KIND =
      new EventKind<>(
          "process_ended",
          ProcessEnded.class,
          Facet.PROCESSES,
          "process",
          "end",
          ProcessEnded::write,
          ProcessEnded::read);

  private void write(Fields to) {
    to.put(Field.PROCESS, process);
    to.put(Field.EXIT_CODE, status);
    to.put(Field.SIGNAL, signal);
  }

  private static ProcessEnded read(Fields from) {
    return new ProcessEnded(
        from.at(),
        from.origin(),
        from.integer(Field.PROCESS),
        from.findInteger(Field.EXIT_CODE),
        from.findInteger(Field.SIGNAL));
  }
}
