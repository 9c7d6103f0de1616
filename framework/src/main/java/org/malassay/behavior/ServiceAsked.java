package org.malassay.behavior;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The guest's web service was asked for its page.
 *
 * @param at when; negative before the sample's start
 * @param latency until the last byte of the answer, or until it was given up
 * @param status the HTTP status; empty when no answer came
 * @param intact true when the page is the one from before the sample; empty when none came
 * @param failure why no answer came, such as {@code connection refused}; empty when one did
 */
public record ServiceAsked(
    Duration at,
    Origin origin,
    Duration latency,
    OptionalInt status,
    Optional<Boolean> intact,
    Optional<String> failure)
    implements Event {

  static final EventKind<ServiceAsked> KIND =
      new EventKind<>(
          "service_asked",
          ServiceAsked.class,
          Facet.SERVICE,
          "web",
          "access",
          ServiceAsked::write,
          ServiceAsked::read);

  private void write(Fields to) {
    to.put(Field.DURATION, latency);
    to.put(Field.STATUS, status);
    intact.ifPresent(is -> to.put(Field.INTACT, is));
    to.put(Field.FAILURE, failure);
    to.put(Field.OUTCOME, failure.isEmpty() ? "success" : "failure");
  }

  private static ServiceAsked read(Fields from) {
    return new ServiceAsked(
        from.at(),
        from.origin(),
        from.duration(Field.DURATION),
        from.findInteger(Field.STATUS),
        from.findBoolean(Field.INTACT),
        from.findText(Field.FAILURE));
  }
}
