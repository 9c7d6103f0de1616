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
import org.malassay.run.Journal;
import org.malassay.run.Result;
import org.malassay.run.RunDirectory;
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
            "figure,environment,other,n,value,low,high,p,p_holm,unit",
            "executable_share,container,,2,1,0.34238022750665303,1,,,sample",
            "executable_share,\\x3dcmd,,1,0,0,0.7934506856227626,,,sample",
            "inconclusive,\\x3dcmd,,1,,,,,,sample",
            "cause: no loader,\\x3dcmd,,1,,,,,,sample",
            "threat_score_mean,container,,2,9,,,,,sample",
            "cochran_q,,,1,1,,,0.317310507862914,,sample",
            "mcnemar,\\x3dcmd,container,1,,,,1,1,sample",
            "runs_in_second_only,\\x3dcmd,container,1,,,,,,sample",
            "threat_score_cliffs_delta,\\x3dcmd,container,1,-1,,,,,sample")
        .contains("kendall_tau_label_impact,container,,2,,,,,,sample")
        .contains(
            "executable_share,\\x3dcmd,,1,0,0,0.7934506856227626,,,cluster",
            "mcnemar,\\x3dcmd,container,1,,,,1,1,cluster",
            "cochran_q,,,1,1,,,0.317310507862914,,cluster",
            "kendall_tau_label_impact,container,,2,,,,,,cluster")
        .contains(
            "order_tau: the threat table kaspersky,container,,2,,,,,,sample",
            "order_shift: without the rule “Stays; by cron”,container,,2,0,,,,,sample");
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
        .contains("kendall_tau_label_impact,container,,2,1,,,,,sample");
  }

  @Test
  void nearDuplicatesCountOnceByClusters(@TempDir Path runs) throws IOException {
    Result[] rows = {
      MadeUp.row("container", "bots/a").build(),
      MadeUp.row("container", "bots/b").build(),
      MadeUp.row("container", "c").notExecutable(Cause.Type.ABORT, "").build()
    };
    RunDirectory run = MadeUp.run(runs, List.of(rows));
    Path file = MadeUp.write(new ComparisonReport(), run);
    assertThat(Files.readAllLines(file))
        .anyMatch(line -> line.matches("executable_share,container,,3,0.66.*,sample"))
        .anyMatch(line -> line.matches("executable_share,container,,2,0.5,.*,cluster"));
    new ComparisonReport()
        .write(Runs.of(run), Options.of(Map.of("lang", "ja", "cluster.distance", "5000")));
    assertThat(Files.readAllLines(file))
        .anyMatch(line -> line.matches("executable_share,container,,1,0.66.*,cluster"));
  }

  @Test
  void aRunOfAnEarlierVersionHasNoClusters(@TempDir Path runs) throws IOException {
    Result row = MadeUp.row("container", "a").build();
    RunDirectory run =
        RunDirectory.create(runs, MadeUp.header("old", Map.of(), Map.of(), Map.of()), List.of());
    try (Journal journal = run.journal()) {
      journal.append(row);
    }
    assertThat(Files.readAllLines(MadeUp.write(new ComparisonReport(), run)))
        .noneMatch(line -> line.endsWith(",cluster"))
        .anyMatch(line -> line.endsWith(",sample"));
  }

  @Test
  void aPairWithoutACommonSampleHasNoProbability(@TempDir Path runs) throws IOException {
    assertThat(
            written(
                runs, MadeUp.row("container", "a").build(), MadeUp.row("raspbian", "b").build()))
        .contains("mcnemar,container,raspbian,0,,,,,,sample");
  }

  private static List<String> written(Path runs, Result... rows) throws IOException {
    Path file = MadeUp.write(new ComparisonReport(), MadeUp.run(runs, List.of(rows)));
    assertThat(file).hasFileName("comparison.csv");
    return Files.readAllLines(file);
  }
}
