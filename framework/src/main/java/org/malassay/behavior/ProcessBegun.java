package org.malassay.behavior;

import java.time.Duration;

/**
 * A process of the sample began.
 *
 * @param process its id, as the guest sees it
 * @param parent the process that made it; that which started the sample for its first one
 */
public record ProcessBegun(Duration at, Origin origin, int process, int parent) implements Event {

  static final EventKind<ProcessBegun> KIND =
      new EventKind<>(
          "process_begun",
          ProcessBegun.class,
          Facet.PROCESSES,
          "process",
          "start",
          ProcessBegun::write,
          ProcessBegun::read);

  private void write(Fields to) {
    to.put(Field.PROCESS, process);
    to.put(Field.PARENT, parent);
  }

  private static ProcessBegun read(Fields from) {
    return new ProcessBegun(
        from.at(), from.origin(), from.integer(Field.PROCESS), from.integer(Field.PARENT));
  }
}
