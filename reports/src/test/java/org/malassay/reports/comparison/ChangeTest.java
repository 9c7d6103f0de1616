package org.malassay.reports.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.malassay.label.Label;
import org.malassay.reports.MadeUp;
import org.malassay.reports.comparison.Change.Kind;
import org.malassay.reports.comparison.SuiteAnswer.Outcome;
import org.malassay.reports.writing.Words;
import org.malassay.run.Result;
import org.malassay.verdict.Cause;

class ChangeTest {
  private static MadeUp.Row row() {
    return MadeUp.row("container", "a").label(Label.missing("nobody"));
  }

  private static Set<Kind> kinds(Result before, Result now) {
    return between(before, now).orElseThrow().kinds();
  }

  private static Optional<Change> between(Result before, Result now) {
    return Change.between(before, now, Change.Told.NOTHING);
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
    assertThat(between(row().inconclusive("x").build(), row().inconclusive("x").build())).isEmpty();
  }

  private static Result session(String... stages) {
    return row().infection(MadeUp.infection(List.of(stages))).build();
  }

  @Test
  void howFarALoginSessionCameIsItsVerdict() {
    assertThat(kinds(session("1", "4a"), session("1", "4a", "6b")))
        .containsExactly(Kind.CAME_FURTHER);
    assertThat(kinds(session("1", "4a", "6b"), session("1"))).containsExactly(Kind.LESS_FAR);
    assertThat(kinds(session("1", "6b"), session("1", "2", "6b"))).containsExactly(Kind.STAGE_NEW);
    assertThat(kinds(session("1", "2", "6b"), session("1", "6b"))).containsExactly(Kind.STAGE_GONE);
    assertThat(kinds(session(), session("1"))).containsExactly(Kind.CAME_FURTHER);
    assertThat(kinds(session("5"), session("1", "6a")))
        .containsExactly(Kind.CAME_FURTHER, Kind.STAGE_NEW, Kind.STAGE_GONE);
    assertThat(between(session("1"), session("1"))).isEmpty();
  }

  /** Where calls were not recorded, no stage is gone. */
  @Test
  void aStageIsGoneOnlyWhereItWasLookedFor() {
    assertThat(between(session("1", "6b"), row().build())).isEmpty();
    assertThat(between(row().build(), session("1", "6b"))).isEmpty();
  }

  @Test
  void itsStagesAreShownThenAndNow() {
    Words words = Words.of("en");
    Change change = between(session("1", "4a"), session()).orElseThrow();
    assertThat(ChangeText.verdict(change, words))
        .isEqualTo("executable, stages 1 4a → executable, stages none");
    assertThat(ChangeText.kinds(change, words)).isEqualTo("session came less far");
  }

  /** What one run alone tells, or one that failed, is no change: it is not shown as one. */
  @Test
  void stagesAreShownOnlyWhereBothRunsTellThem() {
    Words words = Words.of("en");
    Result unseen = row().notExecutable(Cause.Type.ABORT, "").build();
    assertThat(ChangeText.verdict(between(unseen, session("1")).orElseThrow(), words))
        .endsWith(" → executable");
    Result failed =
        row().inconclusive("gone").infection(MadeUp.infection(List.of("1", "2"))).build();
    assertThat(ChangeText.verdict(between(session("1"), failed).orElseThrow(), words))
        .startsWith("executable → ")
        .doesNotContain("stages");
    assertThat(ChangeText.verdict(between(failed, session("1")).orElseThrow(), words))
        .endsWith(" → executable")
        .doesNotContain("stages");
  }

  private static SuiteAnswer answer(Outcome outcome) {
    return new SuiteAnswer(outcome, "");
  }

  private static Optional<Change> told(Outcome before, Outcome now) {
    return Change.between(session("1"), session("1"), new Change.Told(answer(before), answer(now)));
  }

  @ParameterizedTest
  @CsvSource({
    "CLOSED, OPEN, BYPASS_OPENED",
    "OPEN, CLOSED, BYPASS_NO_LONGER_OPEN",
    "NOT_APPLICABLE, OPEN, BYPASS_OPENED",
    "CLOSED, NOT_APPLICABLE, SUITE_ANSWER",
    "WORKS, BREAKS, TASK_BROKE",
    "BREAKS, WARNS, TASK_NO_LONGER_BREAKS",
    "WORKS, WARNS, SUITE_ANSWER",
  })
  void whatBecameOfABypassOrATaskMayHaveChanged(Outcome before, Outcome now, Kind kind) {
    Change change = told(before, now).orElseThrow();
    assertThat(change.kinds()).containsExactly(kind);
    assertThat(ChangeText.verdict(change, Words.of("en")))
        .isEqualTo(
            "executable, stages 1, %s → %s"
                .formatted(answer(before).outcome().word(), answer(now).outcome().word()));
  }

  /** As where the baseline's evidence is gone. */
  @Test
  void whatIsNotToldIsNoChange() {
    assertThat(told(Outcome.NOT_TOLD, Outcome.OPEN)).isEmpty();
    assertThat(told(Outcome.WORKS, Outcome.NOT_TOLD)).isEmpty();
  }
}
