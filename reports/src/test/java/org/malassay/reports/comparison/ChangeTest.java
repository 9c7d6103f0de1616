package org.malassay.reports.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.malassay.label.Label;
import org.malassay.reports.MadeUp;
import org.malassay.reports.comparison.Change.Kind;
import org.malassay.run.Result;
import org.malassay.verdict.Cause;

class ChangeTest {
  private static MadeUp.Row row() {
    return MadeUp.row("container", "a").label(Label.missing("nobody"));
  }

  private static Set<Kind> kinds(Result before, Result now) {
    return Change.between(before, now).orElseThrow().kinds();
  }

  /** What does not run has the threat score 0, what runs without a label none. */
  @Test
  void withoutALabelAnotherVerdictIsNoNewScore() {
    Result runs = row().build();
    Result fails = row().notExecutable(Cause.Type.ABORT, "").build();
    assertThat(kinds(fails, runs))
        .contains(Kind.BECAME_EXECUTABLE)
        .doesNotContain(Kind.SCORE_CAME, Kind.SCORE_WENT);
    assertThat(kinds(runs, fails))
        .contains(Kind.NO_LONGER_EXECUTABLE)
        .doesNotContain(Kind.SCORE_CAME, Kind.SCORE_WENT);
  }

  @Test
  void whyThereIsNoAnswerMayHaveChanged() {
    assertThat(kinds(row().inconclusive("engine gone").build(), row().inconclusive("x").build()))
        .containsExactly(Kind.CAUSE);
    assertThat(Change.between(row().inconclusive("x").build(), row().inconclusive("x").build()))
        .isEmpty();
  }
}
