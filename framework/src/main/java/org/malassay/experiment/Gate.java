package org.malassay.experiment;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.malassay.run.Result;
import org.malassay.sample.Sample;
import org.malassay.verdict.Verdict.Outcome;

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

  /**
   * What this gate was told of and is not in this run, which has all samples of its corpus, in one
   * line; empty when nothing is missing.
   */
  default Optional<String> absent(List<Sample> samples) {
    return Optional.empty();
  }

  /** Why it lets this result pass without having been able to judge it; empty when it was. */
  default Optional<String> blind(Result result) {
    return Optional.empty();
  }

  /** What it cannot compare though it should, one line each. */
  default List<String> warnings() {
    return List.of();
  }

  /** Fails when a threat score is higher than allowed; a missing score is not. */
  static Gate maxThreat(double limit) {
    return new Gate() {
      @Override
      public Optional<String> violation(Result result) {
        return result.threatScore().isPresent() && result.threatScore().getAsDouble() > limit
            ? Optional.of(
                "threat score %s is higher than -Dmax.threat=%s"
                    .formatted(result.threatScore().getAsDouble(), limit))
            : Optional.empty();
      }

      @Override
      public Optional<String> blind(Result result) {
        return result.verdict().outcome() == Outcome.EXECUTABLE && result.threatScore().isEmpty()
            ? Optional.of(
                "-Dmax.threat=%s says nothing of samples that run and have no score"
                    .formatted(limit))
            : Optional.empty();
      }
    };
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
