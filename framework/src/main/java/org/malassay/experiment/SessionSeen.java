package org.malassay.experiment;

import java.util.Optional;
import java.util.stream.Stream;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.infection.Infection;
import org.malassay.run.Result;

/**
 * How far a login session was seen to come, and how much that tells of what it did not reach.
 *
 * @param infection what was seen
 * @param recorded whether calls and processes were recorded whole
 */
record SessionSeen(Infection infection, boolean recorded) {

  /** That of a row; empty where none was seen. */
  static Optional<SessionSeen> of(Result result) {
    return result.infection().map(seen -> new SessionSeen(seen, isRecorded(result)));
  }

  private static boolean isRecorded(Result result) {
    return Stream.of(Facet.CALLS, Facet.PROCESSES)
        .allMatch(
            facet ->
                result
                    .recording()
                    .filter(it -> it.of(facet).equals(FacetState.OBSERVED))
                    .isPresent());
  }

  /** Whether a stage that was not seen was not reached. */
  boolean isWhole() {
    return recorded && !infection.isCut();
  }

  /**
   * Of how many commands, from the first one, a stage that was not seen was not reached. The last
   * one of a session that was cut may have been about to.
   */
  int followed() {
    if (!recorded) {
      return 0;
    }
    return infection.isCut() ? infection.typed() - 1 : infection.commands();
  }
}
