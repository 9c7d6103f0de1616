package org.malassay.run;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What the probes of the web service showed around one sample.
 *
 * @param before true when the service answered before the sample ran
 * @param probesDuring how many times it was asked while the sample ran; 0 for a sample that ended
 *     at once, whose effect then shows in {@code after} only
 * @param answersDuring how many of these it answered
 * @param after true when it answered after the sample ended; empty when it could not be asked
 * @param pageIntact true when every page it answered with, during and after, is the page from
 *     before; empty when nobody saw a page
 * @param latencyBeforeMs in milliseconds; empty when there was no answer
 * @param latencyDuringMs the median of the answers, in milliseconds; empty when there was none
 * @param latencyAfterMs in milliseconds; empty when there was no answer
 * @param overTime all of these probes by seconds; empty in journals that were written before there
 *     was such a thing
 */
public record Service(
    boolean before,
    int probesDuring,
    int answersDuring,
    Optional<Boolean> after,
    Optional<Boolean> pageIntact,
    OptionalDouble latencyBeforeMs,
    OptionalDouble latencyDuringMs,
    OptionalDouble latencyAfterMs,
    Optional<Availability> overTime) {

  /**
   * What the sample did to the service, such as {@code answered with another page than before};
   * empty when it is as it was. One that did not answer before either is not the sample's doing.
   */
  public Optional<String> harm() {
    if (!before) {
      return Optional.empty();
    }
    if (after.equals(Optional.of(false))) {
      return Optional.of("did not answer afterwards");
    }
    return pageIntact.orElse(true)
        ? Optional.empty()
        : Optional.of("answered with another page than before");
  }
}
