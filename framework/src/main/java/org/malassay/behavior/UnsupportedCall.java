package org.malassay.behavior;

import java.time.Duration;

/**
 * A system call that failed because the environment lacks it, not because of what the sample asked
 * of it: {@code fork} in a unikernel, which has one address space.
 *
 * @param at when the sample first made it, or when the count was told
 * @param name as in {@link SystemCall}; or {@code open:} and the path of the program that should
 *     have loaded the sample, and that the sample itself looked for. Hostile text, as is the error
 * @param error the symbolic error that it failed with, such as {@code ENOSYS}
 * @param count how many times
 */
public record UnsupportedCall(Duration at, Origin origin, String name, String error, long count)
    implements Event {

  static final EventKind<UnsupportedCall> KIND =
      new EventKind<>(
          "unsupported_call",
          UnsupportedCall.class,
          Facet.CALLS,
          "process",
          "info",
          UnsupportedCall::write,
          UnsupportedCall::read);

  /** The same call, made again. */
  UnsupportedCall and(UnsupportedCall again) {
    return new UnsupportedCall(at, origin, name, error, count + again.count);
  }

  private void write(Fields to) {
    to.put(Field.CALL, name);
    to.put(Field.CALL_ERROR, error);
    to.put(Field.CALL_COUNT, count);
  }

  private static UnsupportedCall read(Fields from) {
    return new UnsupportedCall(
        from.at(),
        from.origin(),
        from.text(Field.CALL),
        from.text(Field.CALL_ERROR),
        from.number(Field.CALL_COUNT));
  }
}
