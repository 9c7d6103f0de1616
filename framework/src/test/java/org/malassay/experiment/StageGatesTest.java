package org.malassay.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.behavior.FacetState;
import org.malassay.options.OptionException;
import org.malassay.report.Baseline;
import org.malassay.report.NamedRun;
import org.malassay.run.Journal;
import org.malassay.run.Result;
import org.malassay.run.ResultFixture;
import org.malassay.run.RunDirectory;
import org.malassay.run.RunHeader;
import org.malassay.run.Session;
import org.malassay.verdict.Cause;
import org.malassay.verdict.Verdict;

/** Expectations and baselines hold against how far a login session came. */
class StageGatesTest {
  private static final String GUARDED = "raspbian+loginguard";

  @TempDir Path folder;

  private static Result session(String... stages) {
    return ResultFixture.session(GUARDED, "1f", "digest", stages);
  }

  private Gate expecting(String... rows) throws IOException {
    return Expectations.read(
        Files.writeString(
            folder.resolve("expected.csv"),
            "sample,environment,verdict,last_stage\n" + String.join("\n", rows) + "\n"));
  }

  @Test
  void theLastStageIsExpectedBesideTheVerdict() throws IOException {
    Gate gate = expecting("folder/name-1f,%s,EXECUTABLE,4a".formatted(GUARDED));

    assertThat(gate.violation(session("1", "4a"))).isEmpty();
    assertThat(gate.violation(session("1", "4a", "6b")))
        .hasValue(
            "expected EXECUTABLE, last stage 4a by expected.csv, but it is EXECUTABLE, last stage"
                + " 6b");
    assertThat(gate.violation(session())).isPresent();
    assertThat(gate.blind(session("1", "4a"))).isEmpty();
  }

  @Test
  void noneIsNoStageAndAnEmptyCellIsAny() throws IOException {
    Gate none = expecting("*,,EXECUTABLE,none");
    assertThat(none.violation(session())).isEmpty();
    assertThat(none.violation(session("1")))
        .hasValueSatisfying(it -> assertThat(it).contains("last stage none", "last stage 1"));
    assertThat(expecting("*,,EXECUTABLE,").violation(session("6b"))).isEmpty();
  }

  @Test
  void rowsAreAlternatives() throws IOException {
    Gate gate = expecting("*,,EXECUTABLE,none", "*,,EXECUTABLE,1");
    assertThat(gate.violation(session("1"))).isEmpty();
    assertThat(gate.violation(session("1", "2")))
        .hasValue(
            "expected EXECUTABLE, last stage none or EXECUTABLE, last stage 1 by expected.csv, but"
                + " it is EXECUTABLE, last stage 2");
  }

  @Test
  void whatWasNotSeenIsAWarningAndNoFailure() throws IOException {
    Gate gate = expecting("*,,EXECUTABLE,6b");
    Result unseen = ResultFixture.result(GUARDED, "1f", Verdict.executable(), 0);
    assertThat(gate.violation(unseen)).isEmpty();
    assertThat(gate.blind(unseen))
        .hasValue(
            "-Dexpect: expected.csv says nothing of the last stage where no login session was seen");
  }

  @Test
  void aStageThatThereIsNotIsAnError() {
    assertThatThrownBy(() -> expecting("*,,EXECUTABLE,7"))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("row 1: no such stage: 7 (there are 1 2 3 4a 4b 5 6a 6b, and none)");
  }

  private Gate since(Result... rows) throws IOException {
    RunDirectory run =
        RunDirectory.create(
            Files.createTempDirectory(folder, "runs"),
            RunHeader.of(
                "before",
                "Study.samples",
                new Session(Instant.EPOCH, Map.of(), Map.of(), Map.of(), Optional.empty())),
            List.of());
    try (Journal journal = run.journal()) {
      journal.append(List.of(rows));
    }
    return new BaselineGate(
        Baseline.read(NamedRun.find(Baseline.OPTION, run.path().toString(), folder)));
  }

  @Test
  void aSessionMustReachNoStageThatItHadNot() throws IOException {
    Gate gate = since(session("1", "6a"));

    assertThat(gate.violation(session("1", "6a"))).isEmpty();
    assertThat(gate.violation(session("1"))).isEmpty();
    assertThat(gate.violation(session("1", "5", "6a", "6b")))
        .hasValue("reached stage 5 and 6b, which it had not in run before");
  }

  @Test
  void whereItWasNotSeenItMayDoAsItLikes() throws IOException {
    Gate unseen = since(ResultFixture.result(GUARDED, "1f", Verdict.executable(), 0));
    assertThat(unseen.violation(session("6b"))).isEmpty();
  }

  private static Result failed(String... stages) {
    return ResultFixture.session(
        GUARDED,
        "1f",
        Verdict.inconclusive(new Cause(Cause.Type.GUEST_FAILED, "it is gone")),
        1,
        FacetState.OBSERVED,
        ResultFixture.infection(9, "digest", stages));
  }

  @Test
  void whereTheToolFailedItMayDoAsItLikes() throws IOException {
    assertThat(since(failed("1")).violation(session("6b"))).isEmpty();
    assertThat(since(session("1")).violation(failed("1", "6b"))).isEmpty();
  }

  /** A rule that is new finds what was reached before, too. */
  @Test
  void stagesByOtherRulesAreNotComparedWhichIsSaid() throws IOException {
    Gate gate = since(session("1"));
    Result now = ResultFixture.session(GUARDED, "1f", "other digest", "1", "6a");
    assertThat(gate.violation(now)).isEmpty();
    assertThat(gate.blind(now))
        .hasValue(
            "-Dbaseline: run before says nothing of stages where it found them by other rules");
    assertThat(gate.blind(session("1"))).isEmpty();
  }

  private static Result repetition(int number, String... stages) {
    return ResultFixture.session(
        GUARDED,
        "1f",
        Verdict.executable(),
        number,
        FacetState.OBSERVED,
        ResultFixture.infection(9, "digest", stages));
  }

  @Test
  void whatAnyRepetitionHadReachedIsNoNews() throws IOException {
    Gate gate = since(repetition(1, "1"), repetition(2, "1"), repetition(3, "1", "6b"));
    assertThat(gate.violation(session("1", "6b"))).isEmpty();
    assertThat(gate.violation(repetition(2, "5", "6b")))
        .hasValue("reached stage 5, which it had not in run before");
  }

  /** Of the nine commands so many were typed. */
  private static Result cut(int typed, String... stages) {
    return ResultFixture.session(
        GUARDED,
        "1f",
        Verdict.executable(),
        1,
        FacetState.OBSERVED,
        ResultFixture.infection(typed, "digest", stages));
  }

  private static Result flooded(String... stages) {
    return ResultFixture.session(
        GUARDED,
        "1f",
        Verdict.executable(),
        1,
        FacetState.cut(3, "a flood"),
        ResultFixture.infection(9, "digest", stages));
  }

  @Test
  void anEarlierLastStageIsHeldOnlyAgainstWhatWasSeenWhole() throws IOException {
    Gate gate = expecting("*,,EXECUTABLE,5");
    assertThat(gate.violation(session("1"))).isPresent();
    String blind =
        "-Dexpect: expected.csv says nothing of stages that were not seen where a login session"
            + " was cut or not recorded whole";
    for (Result part : List.of(cut(4, "1"), cut(4), flooded("1"), flooded("5"))) {
      assertThat(gate.violation(part)).isEmpty();
      assertThat(gate.blind(part)).hasValue(blind);
    }
    for (Result far : List.of(cut(4, "6a"), flooded("6a"))) {
      assertThat(gate.violation(far)).isPresent();
      assertThat(gate.blind(far)).isEmpty();
    }
    Gate none = expecting("*,,EXECUTABLE,none");
    assertThat(none.violation(cut(4, "1"))).isPresent();
    assertThat(none.violation(cut(4))).isEmpty();
    assertThat(none.blind(cut(4))).hasValue(blind);
    assertThat(none.blind(session())).isEmpty();
  }

  @Test
  void aSessionThatWasNotSeenWholeMayHaveGoneOn() throws IOException {
    Gate gate = since(session("1"));
    for (Result part : List.of(cut(4, "1"), flooded("1"))) {
      assertThat(gate.violation(part)).isEmpty();
      assertThat(gate.blind(part))
          .hasValue(
              "-Dbaseline: run before says nothing of stages that were not seen where a login"
                  + " session was cut or not recorded whole");
    }
    assertThat(gate.violation(cut(4, "1", "6b"))).isPresent();
    assertThat(gate.violation(flooded("1", "6b"))).isPresent();
    assertThat(gate.blind(flooded("1", "6b"))).isEmpty();
  }

  /** The third command reached 6b now. */
  @Test
  void whatTheBaselineHadNotSeenWholeIsNoNews() throws IOException {
    for (Result before : List.of(cut(2, "1"), cut(3, "1"), flooded("1"))) {
      Gate gate = since(before);
      assertThat(gate.violation(session("1", "6b"))).isEmpty();
      assertThat(gate.blind(session("1", "6b")))
          .hasValue(
              "-Dbaseline: run before says nothing of stages that are new where its own login"
                  + " session was cut or not recorded whole");
    }
    assertThat(since(cut(4, "1")).violation(session("1", "6b"))).isPresent();
  }
}
