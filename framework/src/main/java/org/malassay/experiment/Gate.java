package org.malassay.experiment;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.malassay.run.Result;
import org.malassay.sample.Sample;

/** An expectation that a result can break: what makes a run fail in CI. */
@FunctionalInterface
interface Gate {

  /** What is broken, in one line; empty when nothing is. */
  Optional<String> violation(Result result);

  /**
   * Why no result of this run can break it, in one line: such a gate protects nothing. Empty when
   * one can.
   */
  default Optional<String> idle(List<Sample> samples) {
    return Optional.empty();
  }

  /** What it cannot compare though it should, one line each. */
  default List<String> warnings() {
    return List.of();
  }

  /** Fails when a threat score is higher than allowed; a missing score is not. */
  static Gate maxThreat(double limit) {
    return result ->
        result.threatScore().isPresent() && result.threatScore().getAsDouble() > limit
            ? Optional.of(
                "threat score %s is higher than -Dmax.threat=%s"
                    .formatted(result.threatScore().getAsDouble(), limit))
            : Optional.empty();
  }

  /** Fails when a check of the user's own does. */
  static Gate check(Consumer<? super Result> check) {
    return result -> {
      try {
        check.accept(result);
        return Optional.empty();
      } catch (AssertionError | RuntimeException e) {
        return Optional.of(Optional.ofNullable(e.getMessage()).orElseGet(e::toString));
      }
    };
  }
}
