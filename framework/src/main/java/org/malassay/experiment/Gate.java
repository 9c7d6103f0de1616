package org.malassay.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.function.Function;
import org.malassay.options.OptionException;
import org.malassay.options.Options;
import org.malassay.report.Baseline;
import org.malassay.run.Result;
import org.malassay.sample.Sample;
import org.malassay.verdict.Verdict.Outcome;

/** An expectation that a result can break: what makes a run fail in CI. */
@FunctionalInterface
interface Gate {

  /** What is broken, in one line; empty when nothing is. */
  Optional<String> violation(Result result);

  /** Whether it says that a result may be inconclusive, which otherwise makes the test err. */
  default boolean tolerates(Result result) {
    return false;
  }

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

  /**
   * Those that the options name, and the user's own checks.
   *
   * @param baseline the run that they may not be worse than
   * @throws OptionException if one cannot be read
   */
  static List<Gate> all(
      Options options, Optional<Baseline> baseline, List<Consumer<? super Result>> checks) {
    List<Gate> gates = new ArrayList<>();
    options.find(RunOptions.EXPECT).map(Expectations::read).ifPresent(gates::add);
    baseline.map(BaselineGate::new).ifPresent(gates::add);
    options.find(RunOptions.MAX_THREAT).map(Gate::maxThreat).ifPresent(gates::add);
    options.find(RunOptions.MAX_IMPACT).map(Gate::maxImpact).ifPresent(gates::add);
    checks.stream().map(Gate::check).forEach(gates::add);
    return gates;
  }

  /** Fails when a threat score is higher than allowed; a missing score is not. */
  static Gate maxThreat(double limit) {
    return max("threat", Result::threatScore, limit);
  }

  /** Fails when an impact score is higher than allowed; a missing score is not. */
  static Gate maxImpact(double limit) {
    return max("impact", Result::impactScore, limit);
  }

  private static Gate max(String what, Function<Result, OptionalDouble> score, double limit) {
    return new Gate() {
      @Override
      public Optional<String> violation(Result result) {
        OptionalDouble its = score.apply(result);
        return its.isPresent() && its.getAsDouble() > limit
            ? Optional.of(
                "%s score %s is higher than -Dmax.%s=%s"
                    .formatted(what, its.getAsDouble(), what, limit))
            : Optional.empty();
      }

      @Override
      public Optional<String> blind(Result result) {
        return result.verdict().outcome() == Outcome.EXECUTABLE && score.apply(result).isEmpty()
            ? Optional.of(
                "-Dmax.%s=%s says nothing of samples that run and have no score"
                    .formatted(what, limit))
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
