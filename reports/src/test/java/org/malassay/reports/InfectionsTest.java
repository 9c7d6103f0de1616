package org.malassay.reports;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.infection.CommandSeen;
import org.malassay.infection.Infection;
import org.malassay.infection.StageSeen;
import org.malassay.reports.allure.AllureReport;
import org.malassay.reports.comparison.Infections;
import org.malassay.reports.comparison.Paired;
import org.malassay.reports.csv.ComparisonReport;
import org.malassay.reports.csv.ResultsReport;
import org.malassay.reports.html.HtmlReport;
import org.malassay.reports.summary.SummaryReport;
import org.malassay.run.Result;
import org.malassay.run.RunDirectory;

/**
 * Login sessions in an environment without a defence and with one: every report tells the stages.
 */
class InfectionsTest {
  private static final String PLAIN = "raspbian";
  private static final String GUARDED = "raspbian+loginguard";

  @TempDir private Path folder;

  private static StageSeen stage(String stage, boolean succeeded) {
    return new StageSeen(
        stage, succeeded, 1, 3, Duration.ofSeconds(2), "A rule", "execve(\"<b>\") = 0");
  }

  private static Result row(String environment, String sample, StageSeen... stages) {
    return MadeUp.row(environment, sample)
        .infection(new Infection(7, 7, List.of(stages), "digest"))
        .build();
  }

  private static List<Result> rows() {
    List<Result> rows = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      rows.add(row(PLAIN, "session-" + i, stage("1", true), stage("5", true), stage("6b", true)));
      rows.add(row(GUARDED, "session-" + i, stage("1", true), stage("5", false)));
    }
    rows.add(row(PLAIN, "script", stage("6a", true)));
    rows.add(row(GUARDED, "script", stage("6a", true)));
    rows.add(MadeUp.row(PLAIN, "program").build());
    return rows;
  }

  @Test
  void eachStageIsCountedByWhatBecameOfIt() {
    Infections infections = Infections.of(rows()).orElseThrow();
    assertThat(infections.sessions()).containsEntry(PLAIN, 9).containsEntry(GUARDED, 9);
    assertThat(infections.seen("5", PLAIN)).isEqualTo(new Infections.Seen(8, 0));
    assertThat(infections.seen("5", GUARDED)).isEqualTo(new Infections.Seen(0, 8));
    assertThat(infections.seen("6b", GUARDED)).isEqualTo(new Infections.Seen(0, 0));
    assertThat(infections.seen("4a", PLAIN)).isEqualTo(new Infections.Seen(0, 0));
  }

  /** Of 9 sessions 8 ran something in one alone: 2 x 0.5^8. */
  @Test
  void environmentsArePairedByWhetherAnythingOfASessionRan() {
    Paired pair = Infections.of(rows()).orElseThrow().pairs().get(0);
    assertThat(pair.both()).isEqualTo(9);
    assertThat(pair.test().onlyFirst()).isEqualTo(8);
    assertThat(pair.test().onlySecond()).isZero();
    assertThat(pair.p()).isEqualTo(0.0078125);
  }

  @Test
  void whatIsNoAnswerIsNotCountedAndWhatWasCutIsSaid() {
    Infection cut = new Infection(2, 7, List.of(stage("1", true)), "digest");
    Result lost = MadeUp.row(GUARDED, "a").inconclusive("guest gone").infection(cut).build();
    Result whole = MadeUp.row(PLAIN, "a").infection(cut).build();
    Infections infections = Infections.of(List.of(whole, lost)).orElseThrow();
    assertThat(infections.sessions()).containsOnly(Map.entry(PLAIN, 1));
    assertThat(infections.cut()).containsOnly(Map.entry(PLAIN, 1));
    assertThat(infections.pairs()).isEmpty();
  }

  @Test
  void aRunWithoutSessionsHasNone() {
    assertThat(Infections.of(List.of(MadeUp.row(PLAIN, "a").build()))).isEmpty();
  }

  @Test
  void theReportsTellTheStages() throws IOException {
    RunDirectory run = MadeUp.run(folder, rows());
    MadeUp.write(new ComparisonReport(), run);
    assertThat(Files.readAllLines(run.path().resolve("stages.csv")))
        .hasSize(1 + 2 * 8)
        .startsWith("environment,stage,sessions,reached,refused", "raspbian,1,9,8,0")
        .contains("raspbian+loginguard,5,9,0,8", "raspbian+loginguard,6a,9,1,0");
    assertThat(Files.readString(MadeUp.write(new SummaryReport(), run)))
        .contains("a file is given execute permission | 8 | 0 ", "8 refused")
        .contains("| 9 | 8 | 0 | 0.008 |");
    assertThat(Files.readString(MadeUp.write(new HtmlReport(), run)))
        .contains("<section id=\"stages\"", "0 (8 refused)", "(6a) a script of the session is run");
    assertThat(Files.readString(MadeUp.write(new ResultsReport(), run)))
        .contains("7,7,1 5 6b,,6b\r\n", "7,7,1,5,1\r\n");
    Path allure = MadeUp.write(new AllureReport(), run);
    try (var files = Files.walk(allure)) {
      assertThat(files.filter(it -> it.toString().endsWith("-result.json")))
          .anySatisfy(
              it ->
                  assertThat(it)
                      .content()
                      .contains("refused, by command 3: A rule: execve", "&lt;b&gt;"));
    }
  }

  @Test
  void whatEachCommandCausedIsATable() throws IOException {
    Result row = row(PLAIN, "session", stage("1", true));
    RunDirectory run = MadeUp.run(folder, List.of(row));
    Path evidence = Files.createDirectories(run.evidence(row).folder());
    Files.writeString(
        evidence.resolve(CommandSeen.FILE),
        """
        [{"number":1,"typed":"=cat x","programs":["cat x","sh"],
          "calls":{"openat":2,"read":1},"stages":["1","3"]}]
        """);
    MadeUp.write(new ResultsReport(), run);
    assertThat(Files.readAllLines(run.path().resolve("commands.csv")))
        .containsExactly(
            "environment,sample,repetition,number,command,stages,programs,calls",
            "raspbian,session,1,1,\\x3dcat x,1 3,cat x; sh,\"openat 2, read\"");
  }

  @Test
  void theListOfAnEarlierReportGoes() throws IOException {
    RunDirectory run = MadeUp.run(folder, List.of(MadeUp.row(PLAIN, "a").build()));
    Path file = Files.writeString(run.path().resolve("stages.csv"), "of an earlier report");
    MadeUp.write(new ComparisonReport(), run);
    assertThat(file).doesNotExist();
    assertThat(Optional.of(Files.readString(MadeUp.write(new HtmlReport(), run))))
        .hasValueSatisfying(page -> assertThat(page).doesNotContain("id=\"stages\""));
  }
}
