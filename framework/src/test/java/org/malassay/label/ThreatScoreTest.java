package org.malassay.label;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.malassay.verdict.Cause;
import org.malassay.verdict.Verdict;

class ThreatScoreTest {
  private static final Verdict RUNS = Verdict.executable();
  private static final Verdict RUNS_NOT =
      Verdict.notExecutable(Cause.of(Cause.Type.SEGMENTATION_FAULT));
  private static final Verdict UNCLEAR = Verdict.inconclusive(Cause.of(Cause.Type.GUEST_FAILED));

  private final Label missing = Label.missing("nobody knows it");
  private final Label labelled = label("A", "Backdoor.1", "B", "Backdoor.2");
  private final Label unknown = label("A", "malware", "B", "Linux/W", "C", "", "D", "Linux/V");
  private final Label weak = label("A", "malware");

  private static Label label(String... enginesAndLabels) {
    return new Vote(Vocabulary.load())
        .count(
            EngineReport.of("VirusTotal", 2, Reports.labels(enginesAndLabels)),
            ThreatTable.of("default"),
            "");
  }

  @Test
  void whatRunsScoresAsItsCategory() {
    assertThat(ThreatScore.of(RUNS, labelled)).hasValue(9);
    assertThat(ThreatScore.of(RUNS, unknown)).hasValue(5);
  }

  @Test
  void whatRunsWithoutALabelOrWithAWeakOneHasNoScore() {
    assertThat(ThreatScore.of(RUNS, weak)).isEmpty();
    assertThat(ThreatScore.of(RUNS, missing)).isEmpty();
    assertThat(ThreatScore.of(RUNS, Label.notDetected(60, ""))).isEmpty();
  }

  @Test
  void whatDoesNotRunScores0WithOrWithoutALabel() {
    assertThat(ThreatScore.of(RUNS_NOT, labelled)).hasValue(0);
    assertThat(ThreatScore.of(RUNS_NOT, missing)).hasValue(0);
  }

  @Test
  void aFailureOfTheToolIsNoScore() {
    assertThat(ThreatScore.of(UNCLEAR, labelled)).isEmpty();
    assertThat(ThreatScore.of(UNCLEAR, missing)).isEmpty();
  }
}
