package org.malassay.experiment;

import java.util.Optional;
import org.malassay.run.Result;

/** An expectation that a result can break: what makes a run fail in CI. */
interface Gate {

  /** What is broken, in one line; empty when nothing is. */
  Optional<String> violation(Result result);

  /** Fails when a threat score is higher than allowed; a missing score is not. */
  static Gate maxThreat(double limit) {
    return result ->
        result.threatScore().isPresent() && result.threatScore().getAsDouble() > limit
            ? Optional.of(
                "threat score %s is higher than -Dmax.threat=%s"
                    .formatted(result.threatScore().getAsDouble(), limit))
            : Optional.empty();
  }
}
