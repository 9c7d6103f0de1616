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
            folder,
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

  @Test
  void whereTheToolFailedItMayDoAsItLikes() throws IOException {
    Gate failed =
        since(
            ResultFixture.result(
                GUARDED,
                "1f",
                Verdict.inconclusive(new Cause(Cause.Type.GUEST_FAILED, "it is gone")),
                0));
    assertThat(failed.violation(session("6b"))).isEmpty();
  }
}
