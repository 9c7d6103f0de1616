package org.malassay.experiment;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.malassay.experiment.ResultAssert.assertThat;

import org.junit.jupiter.api.Test;
import org.malassay.run.Result;
import org.malassay.run.ResultFixture;
import org.malassay.verdict.Cause;
import org.malassay.verdict.Verdict;

class ResultAssertTest {
  private static final Result RUNS = result(Verdict.executable(), 7.5);
  private static final Result FAILS =
      result(Verdict.notExecutable(new Cause(Cause.Type.MISSING_LIBRARY, "lib\u001b.so")), 0);

  private static Result result(Verdict verdict, double threat) {
    return ResultFixture.result("container", "1f", verdict, threat);
  }

  @Test
  void whatIsTruePasses() {
    assertThatCode(
            () -> {
              assertThat(RUNS).isExecutable().hasThreatScoreAtMost(7.5);
              assertThat(FAILS).isNotExecutable().hasCause(Cause.Type.MISSING_LIBRARY);
            })
        .doesNotThrowAnyException();
  }

  @Test
  void aWrongVerdictIsShownWithItsCauseEscaped() {
    assertThatThrownBy(() -> assertThat(FAILS).isExecutable())
        .isInstanceOf(AssertionError.class)
        .hasMessage(
            "expected folder/name-1f in container to be EXECUTABLE, but it is NOT_EXECUTABLE"
                + " (missing library: lib\\x1b.so)");
  }

  @Test
  void aWrongCauseIsShown() {
    assertThatThrownBy(() -> assertThat(RUNS).hasCause(Cause.Type.ABORT))
        .hasMessage(
            "expected the cause of folder/name-1f in container to be abort, but it is EXECUTABLE");
  }

  @Test
  void aScoreThatIsTooHighIsShown() {
    assertThatThrownBy(() -> assertThat(RUNS).hasThreatScoreAtMost(5))
        .hasMessage(
            "expected the threat score of folder/name-1f in container to be at most 5.0, but it is"
                + " 7.5");
  }

  @Test
  void aServiceThatIsGoneIsShown() {
    assertThatThrownBy(() -> assertThat(RUNS).leftServiceIntact())
        .hasMessage(
            "expected folder/name-1f in container to leave the web service intact, but it did not"
                + " answer afterwards");
  }
}
