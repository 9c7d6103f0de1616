package org.malassay.reports.csv;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.infection.Infection;
import org.malassay.options.Options;
import org.malassay.report.Runs;
import org.malassay.reports.MadeUp;
import org.malassay.reports.MadeUpBaseline;
import org.malassay.reports.MadeUpRepetitions;
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

  @Test
  void flipsAreFiguresAndNoSampleCountsTwice(@TempDir Path runs) throws IOException {
    assertThat(written(runs, MadeUpRepetitions.rows().toArray(Result[]::new)))
        .contains(
            "repeated,container,,5,,,,,,sample",
            "flips_verdict,container,,1,,,,,,sample",
            "flips_hits,container,,1,,,,,,sample",
            "executable,container,,5,,,,,,sample",
            "threat_score_median,container,,6,9,,,,,sample");
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

  /** What one run alone tells, or one that failed, is no change. */
  @Test
  void stagesAreInBaselineCsvOnlyWhereBothRunsTellThem(@TempDir Path runs) throws IOException {
    Infection less = MadeUp.infection(List.of("1"));
    Infection more = MadeUp.infection(List.of("1", "6b"));
    Runs compared =
        MadeUpBaseline.against(
            MadeUp.run(
                runs,
                "now",
                List.of(
                    MadeUp.row("container", "further").infection(more).build(),
                    MadeUp.row("container", "unseen").infection(more).threatScore(4).build(),
                    MadeUp.row("container", "failed").inconclusive("x").infection(more).build())),
            MadeUp.run(
                runs,
                "then",
                List.of(
                    MadeUp.row("container", "further").infection(less).build(),
                    MadeUp.row("container", "unseen").build(),
                    MadeUp.row("container", "failed").infection(less).build())));
    new ComparisonReport().write(compared, Options.of(Map.of()));
    assertThat(Files.readAllLines(compared.run().path().resolve("baseline.csv")))
        .contains(
            row("further", "stages", "1,1 6b"),
            row("further", "last_stage", "1,6b"),
            row("failed", "verdict", "EXECUTABLE,INCONCLUSIVE"),
            row("unseen", "threat_score", "9,4"))
        .noneMatch(line -> line.contains("unseen") && line.contains("stage"))
        .noneMatch(line -> line.contains("failed") && line.contains("stage"));
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
