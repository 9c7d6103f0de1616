package org.malassay.reports.csv;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.options.Options;
import org.malassay.report.Runs;
import org.malassay.reports.MadeUp;
import org.malassay.reports.MadeUpBaseline;
import org.malassay.reports.MadeUpRepetitions;
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

  @Test
  void flipsAreFiguresAndNoSampleCountsTwice(@TempDir Path runs) throws IOException {
    assertThat(written(runs, MadeUpRepetitions.rows().toArray(Result[]::new)))
        .contains(
            "repeated,container,,5,,,,,",
            "flips_verdict,container,,1,,,,,",
            "flips_hits,container,,1,,,,,",
            "executable,container,,5,,,,,",
            "threat_score_median,container,,6,9,,,,");
  }

  @Test
  void everyChangeSinceTheBaselineIsARowOfBaselineCsv(@TempDir Path runs) throws IOException {
    Runs compared = MadeUpBaseline.compared(runs);
    new ComparisonReport().write(compared, Options.of(Map.of()));
    Path file = compared.run().path().resolve("baseline.csv");
    assertThat(Files.readAllLines(file))
        .startsWith("environment,sample,sha256,what,before,now")
        .contains(
            row("became", "verdict", "NOT_EXECUTABLE,EXECUTABLE"),
            row("became", "cause", "missing library: libx,"),
            row("became", "threat_score", "0,6"),
            row("hits", "hit", ",Stays"),
            row("unseen", "impact_score", ",3.2"),
            row("lost", "row", "measured,"),
            "container,,,environment image,debian <b>12</b>,debian <b>13</b>",
            "\"\",,,option time.limit,10s,20s")
        .noneMatch(line -> line.contains("container,same,"));

    new ComparisonReport().write(Runs.of(compared.run()), Options.of(Map.of()));
    assertThat(file).as("what is not compared any more").doesNotExist();
  }

  @Test
  void whereNothingChangedSinceTheBaselineOnlyTheHeaderIsThere(@TempDir Path runs)
      throws IOException {
    Runs unchanged = MadeUpBaseline.unchanged(runs);
    new ComparisonReport().write(unchanged, Options.of(Map.of()));
    assertThat(Files.readAllLines(unchanged.run().path().resolve("baseline.csv"))).hasSize(1);
  }

  private static String row(String sample, String what, String fromTo) {
    return String.join(",", "container", sample, MadeUp.sha256(sample), what, fromTo);
  }

  private static List<String> written(Path runs, Result... rows) throws IOException {
    Path file = MadeUp.write(new ComparisonReport(), MadeUp.run(runs, List.of(rows)));
    assertThat(file).hasFileName("comparison.csv");
    return Files.readAllLines(file);
  }
}
