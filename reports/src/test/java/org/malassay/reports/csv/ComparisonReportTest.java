package org.malassay.reports.csv;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.reports.MadeUp;
import org.malassay.run.Result;
import org.malassay.verdict.Cause;

class ComparisonReportTest {

  @Test
  void everyFigureIsARowAndWhatIsUndefinedIsEmpty(@TempDir Path runs) throws IOException {
    assertThat(
            written(
                runs,
                MadeUp.row("container", "a").build(),
                MadeUp.row("container", "b").build(),
                MadeUp.row("=cmd", "a").notExecutable(Cause.Type.NO_LOADER, "x").build(),
                MadeUp.row("=cmd", "b").inconclusive("gone").build()))
        .contains(
            "figure,environment,other,n,value,low,high,p,p_holm",
            "executable_share,container,,2,1,0.34238022750665303,1,,",
            "executable_share,\\x3dcmd,,1,0,0,0.7934506856227626,,",
            "inconclusive,\\x3dcmd,,1,,,,,",
            "cause: no loader,\\x3dcmd,,1,,,,,",
            "threat_score_mean,container,,2,9,,,,",
            "cochran_q,,,1,1,,,0.317310507862914,",
            "mcnemar,\\x3dcmd,container,1,,,,1,1",
            "runs_in_second_only,\\x3dcmd,container,1,,,,,",
            "threat_score_cliffs_delta,\\x3dcmd,container,1,-1,,,,")
        .noneMatch(line -> line.startsWith("kendall"));
  }

  @Test
  void theCorrelationCountsTheSamplesThatHaveBothScores(@TempDir Path runs) throws IOException {
    assertThat(
            written(
                runs,
                MadeUp.row("container", "a").build(),
                MadeUp.row("container", "b").label(MadeUp.backdoor(5)).withoutHits().build(),
                MadeUp.row("container", "unlabelled").label(MadeUp.weak()).build(),
                MadeUp.row("container", "unseen").unseen().build()))
        .contains("kendall_tau_label_impact,container,,2,1,,,,");
  }

  @Test
  void aPairWithoutACommonSampleHasNoProbability(@TempDir Path runs) throws IOException {
    assertThat(
            written(
                runs, MadeUp.row("container", "a").build(), MadeUp.row("raspbian", "b").build()))
        .contains("mcnemar,container,raspbian,0,,,,,");
  }

  private static List<String> written(Path runs, Result... rows) throws IOException {
    Path file = MadeUp.write(new ComparisonReport(), MadeUp.run(runs, List.of(rows)));
    assertThat(file).hasFileName("comparison.csv");
    return Files.readAllLines(file);
  }
}
