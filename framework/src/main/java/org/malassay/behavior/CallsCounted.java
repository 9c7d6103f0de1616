package org.malassay.behavior;

import java.time.Duration;

/**
 * How often the sample made one system call in all, told at the end: exact also where the calls
 * themselves were too many to be told, or are told by their number only.
 *
 * @param at when the count was taken
 * @param name as in {@link SystemCall}
 * @param calls how many there were
 * @param failed how many of these failed
 */
public record CallsCounted(Duration at, Origin origin, String name, long calls, long failed)
    implements Event {

  static final EventKind<CallsCounted> KIND =
      new EventKind<>(
          "calls",
          CallsCounted.class,
          Facet.CALLS,
          "process",
          "info",
          CallsCounted::write,
          CallsCounted::read);

  private void write(Fields to) {
    to.put(Field.CALL, name);
    to.put(Field.CALL_COUNT, calls);
    to.put(Field.CALL_FAILED, failed);
  }

  private static CallsCounted read(Fields from) {
    return new CallsCounted(
        from.at(),
        from.origin(),
        from.text(Field.CALL),
        from.number(Field.CALL_COUNT),
        from.number(Field.CALL_FAILED));
  }
}
