package org.malassay.experiment;

import java.util.Optional;
import org.assertj.core.api.AbstractAssert;
import org.malassay.run.Result;
import org.malassay.run.Service;
import org.malassay.sample.SafeText;
import org.malassay.verdict.Cause;
import org.malassay.verdict.Verdict.Outcome;

/**
 * AssertJ assertions on a {@link Result}, for {@link Experiment#checking}.
 *
 * <pre>{@code
 * assertThat(result).isNotExecutable().hasCause(Cause.Type.MISSING_LIBRARY);
 * assertThat(result).hasThreatScoreAtMost(5);
 * }</pre>
 */
public final class ResultAssert extends AbstractAssert<ResultAssert, Result> {
  private ResultAssert(Result actual) {
    super(actual, ResultAssert.class);
  }

  /** Where every assertion on a result begins. */
  public static ResultAssert assertThat(Result actual) {
    return new ResultAssert(actual);
  }

  /** The sample runs in the environment. */
  public ResultAssert isExecutable() {
    return hasOutcome(Outcome.EXECUTABLE);
  }

  /** The sample does not run in the environment. */
  public ResultAssert isNotExecutable() {
    return hasOutcome(Outcome.NOT_EXECUTABLE);
  }

  private ResultAssert hasOutcome(Outcome expected) {
    isNotNull();
    if (actual.verdict().outcome() != expected) {
      throw failure("expected %s to be %s, but it is %s", subject(), expected, verdict());
    }
    return this;
  }

  /** The sample does not run, for a cause of this kind. */
  public ResultAssert hasCause(Cause.Type expected) {
    isNotNull();
    if (actual.verdict().cause().filter(cause -> cause.type() == expected).isEmpty()) {
      throw failure(
          "expected the cause of %s to be %s, but it is %s",
          subject(), expected.label(), verdict());
    }
    return this;
  }

  /** The threat score is at most this. A score that is missing fails: it was not measured. */
  public ResultAssert hasThreatScoreAtMost(double limit) {
    isNotNull();
    if (actual.threatScore().isEmpty()) {
      throw failure(
          "expected the threat score of %s to be at most %s, but it has none", subject(), limit);
    }
    if (actual.threatScore().getAsDouble() > limit) {
      throw failure(
          "expected the threat score of %s to be at most %s, but it is %s",
          subject(), limit, actual.threatScore().getAsDouble());
    }
    return this;
  }

  /**
   * The web service still answered, with its page unchanged, after the sample. One that was not
   * even started, such as a text file, left it so.
   */
  public ResultAssert leftServiceIntact() {
    isNotNull();
    actual
        .service()
        .flatMap(ResultAssert::harm)
        .ifPresent(
            harm -> {
              throw failure(
                  "expected %s to leave the web service intact, but it %s", subject(), harm);
            });
    return this;
  }

  /** One that did not answer before either is not known to be intact. */
  private static Optional<String> harm(Service service) {
    return service
        .harm()
        .or(
            () ->
                service.after().orElse(true)
                    ? Optional.empty()
                    : Optional.of("did not answer afterwards"));
  }

  private String subject() {
    return SafeText.printable(actual.sample()) + " in " + actual.environment();
  }

  private String verdict() {
    return actual.verdict().outcome()
        + actual
            .verdict()
            .cause()
            .map(cause -> " (" + SafeText.printable(cause.toString()) + ")")
            .orElse("");
  }
}
