package org.malassay.reports;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.environment.Piece;
import org.malassay.files.Folders;
import org.malassay.options.Options;
import org.malassay.report.Runs;
import org.malassay.reports.comparison.AgainstBaseline;
import org.malassay.reports.comparison.Change;
import org.malassay.reports.comparison.Interval;
import org.malassay.reports.comparison.Paired;
import org.malassay.reports.comparison.SuiteAnswer;
import org.malassay.reports.comparison.SuiteAnswer.Outcome;
import org.malassay.reports.comparison.Suites;
import org.malassay.reports.csv.ComparisonReport;
import org.malassay.reports.html.HtmlReport;
import org.malassay.reports.summary.SummaryReport;
import org.malassay.run.Result;
import org.malassay.run.RunDirectory;
import org.malassay.sample.FileFacts;
import org.malassay.sample.FileFacts.FileType;
import org.malassay.sample.LoginSession;

/** What the sessions of the suites say became of them, without a defence and with one. */
class SuitesTest {
  private static final String PLAIN = "raspbian";
  private static final String GUARDED = "raspbian+loginguard";
  private static final FileFacts SESSION =
      new FileFacts(FileType.SCRIPT, Optional.empty(), Optional.of(LoginSession.INTERPRETER));

  @TempDir private Path folder;

  /** What a session's terminal shows. */
  private record Shown(String environment, String sample, String text) {
    private Result row() {
      return MadeUp.row(environment, sample).facts(SESSION).build();
    }
  }

  private static Shown bypass(String environment, String name, String outcome) {
    return new Shown(
        environment,
        "bypasses/" + name + ".session",
        "# \u001b[6n/usr/local/lib/malassay/bypass %1$s\r\nmalassay bypass %1$s: %2$s\r\n# exit\r\n"
            .formatted(name, outcome));
  }

  private static Shown task(String environment, String name, String outcome) {
    return new Shown(
        environment,
        "administration/" + name + ".session",
        "device# check\r\nmalassay task %s: %s\r\n".formatted(name, outcome));
  }

  /** Evidence tells, so that a baseline that has lost it tells of no change. */
  @Test
  void aBypassThatBecameOpenAndATaskThatBrokeAreToldSinceTheBaseline() throws IOException {
    RunDirectory before =
        run(
            "before",
            List.of(bypass(GUARDED, "chmod", "closed (no)"), task(GUARDED, "logs", "works")));
    RunDirectory now =
        run(
            "now",
            List.of(bypass(GUARDED, "chmod", "open"), task(GUARDED, "logs", "breaks (gone)")));
    Runs compared = MadeUpBaseline.against(now, before);

    assertThat(AgainstBaseline.of(compared).orElseThrow().changes())
        .extracting(Change::kinds)
        .containsExactly(Set.of(Change.Kind.BYPASS_OPENED), Set.of(Change.Kind.TASK_BROKE));
    new ComparisonReport().write(compared, Options.of(Map.of()));
    assertThat(Files.readString(now.path().resolve("baseline.csv")))
        .contains(",outcome,closed,open\r\n", ",outcome,works,breaks\r\n");

    Folders.delete(before.path().resolve("evidence"));
    assertThat(AgainstBaseline.of(compared).orElseThrow().changes()).isEmpty();
  }

  private RunDirectory run(List<Shown> sessions) throws IOException {
    return run("run", sessions);
  }

  private RunDirectory run(String id, List<Shown> sessions) throws IOException {
    RunDirectory run = MadeUp.run(folder, id, sessions.stream().map(Shown::row).toList());
    for (Shown session : sessions) {
      run.evidence(session.row()).write(Piece.STDOUT, session.text().getBytes(UTF_8));
    }
    return run;
  }

  private Suites suites(Shown... sessions) throws IOException {
    List<Shown> all = List.of(sessions);
    return Suites.of(run(all), all.stream().map(Shown::row).toList()).orElseThrow();
  }

  private static final List<String> TASKS =
      List.of(
          "dpkg-install",
          "apt-install",
          "script",
          "update-tar",
          "restore",
          "firmware-swap",
          "crontab",
          "logs");

  private static List<Shown> both() {
    List<Shown> all = new ArrayList<>();
    all.add(bypass(PLAIN, "chmod", "open"));
    all.add(bypass(GUARDED, "chmod", "closed (chmod: Operation not permitted)"));
    all.add(bypass(PLAIN, "perl", "open"));
    all.add(bypass(GUARDED, "perl", "open"));
    all.add(bypass(PLAIN, "kill-guard", "not applicable (nothing is refused here)"));
    all.add(bypass(GUARDED, "kill-guard", "closed (kill: refused)"));
    for (String task : TASKS) {
      all.add(task(PLAIN, task, "works"));
      all.add(task(GUARDED, task, task.equals("logs") ? "works" : "breaks (it is gone)"));
    }
    all.add(task(GUARDED, "update-by-gate", "breaks (no way)"));
    return all;
  }

  @Test
  void eachBypassIsToldByItsOneLine() throws IOException {
    Suites suites = suites(both().toArray(Shown[]::new));

    assertThat(suites.bypasses().get("chmod"))
        .containsEntry(PLAIN, new SuiteAnswer(Outcome.OPEN, ""))
        .containsEntry(GUARDED, new SuiteAnswer(Outcome.CLOSED, "chmod: Operation not permitted"));
    assertThat(suites.count(PLAIN, Outcome.OPEN)).isEqualTo(2);
    assertThat(suites.count(GUARDED, Outcome.OPEN)).isEqualTo(1);
    assertThat(suites.count(GUARDED, Outcome.CLOSED)).isEqualTo(2);
  }

  @Test
  void whereNothingWasRefusedItIsNeitherOpenNorClosed() throws IOException {
    Suites suites =
        suites(
            bypass(PLAIN, "unit", "not told (nobody was made to run anything)"),
            bypass(PLAIN, "chmod", "open"),
            task(PLAIN, "logs", "not told (no)"));

    assertThat(suites.bypasses().get("unit"))
        .containsEntry(PLAIN, new SuiteAnswer(Outcome.NOT_TOLD, "nobody was made to run anything"));
    assertThat(suites.untold(PLAIN)).isEqualTo(1);
    assertThat(suites.count(PLAIN, Outcome.OPEN)).isEqualTo(1);
    assertThat(suites.count(PLAIN, Outcome.CLOSED)).isZero();
    assertThat(suites.broken()).isEmpty();
  }

  /** 7 of 8 tasks are broken in one alone: 2 x 0.5^7. The way out is no task of the rate. */
  @Test
  void brokenTasksHaveARateWithItsIntervalAndEnvironmentsArePairedByThem() throws IOException {
    Suites suites = suites(both().toArray(Shown[]::new));

    assertThat(suites.broken())
        .containsExactly(
            new Suites.Broken(PLAIN, 0, 0, 8, 0, Interval.wilson(0, 8)),
            new Suites.Broken(GUARDED, 7, 0, 8, 0, Interval.wilson(7, 8)));
    Paired pair = suites.pairs().get(0);
    assertThat(pair.both()).isEqualTo(8);
    assertThat(pair.test().onlyFirst()).isZero();
    assertThat(pair.test().onlySecond()).isEqualTo(7);
    assertThat(pair.p()).isEqualTo(0.015625);
  }

  @Test
  void whatIsNotOneClearLineOfItsOwnKindIsNotTold() throws IOException {
    String lie = "malassay bypass chmod: open\r\nmalassay bypass chmod: closed (no)\r\n";
    Suites suites =
        suites(
            new Shown(PLAIN, "bypasses/chmod.session", lie),
            new Shown(PLAIN, "bypasses/perl.session", "malassay bypass chmod: open\n"),
            new Shown(PLAIN, "bypasses/sh.session", "malassay bypass sh: works\n"),
            new Shown(PLAIN, "bypasses/cp.session", "malassay bypass cp: closed (\u001b[31m)\n"),
            new Shown(PLAIN, "bypasses/acl.session", "x malassay bypass acl: open\n"),
            new Shown(PLAIN, "logs.session", "malassay bypass logs: open\n"),
            new Shown(PLAIN, "script.session", ""));

    assertThat(suites.bypasses()).hasSize(5);
    assertThat(suites.bypasses().values())
        .allSatisfy(its -> assertThat(its.get(PLAIN).outcome()).isEqualTo(Outcome.NOT_TOLD));
    assertThat(suites.tasks().keySet()).containsExactly("script", "logs");
    assertThat(suites.broken()).isEmpty();
  }

  @Test
  void samplesThatAreNoSessionOfTheSuitesTellNothing() throws IOException {
    Result program = MadeUp.row(PLAIN, "bypasses/chmod.session").build();
    Result session = MadeUp.row(PLAIN, "bypasses/own.session").facts(SESSION).build();

    assertThat(Suites.of(MadeUp.run(folder, List.of(program)), List.of(program, session)))
        .isEmpty();
  }

  @Test
  void theReportsTellThem() throws IOException {
    RunDirectory run = run(both());
    MadeUp.write(new ComparisonReport(), run);
    assertThat(Files.readAllLines(run.path().resolve("bypasses.csv")))
        .startsWith("environment,bypass,outcome,reason", "raspbian,chmod,open,")
        .contains("raspbian+loginguard,chmod,closed,chmod: Operation not permitted");
    assertThat(Files.readAllLines(run.path().resolve("tasks.csv")))
        .startsWith("environment,task,outcome,what")
        .contains("raspbian+loginguard,script,breaks,it is gone", "raspbian,logs,works,")
        .endsWith("raspbian+loginguard,update-by-gate,breaks,no way");
    assertThat(Files.readString(MadeUp.write(new SummaryReport(), run)))
        .contains("| perl | open | open |", "| update-by-gate | not told | breaks |")
        .contains("open, of those that apply | 2 of 2 | 1 of 3 |")
        .contains("| 8 | 7 | 0 | 0 | 88 &#37; | 53–98 &#37; |")
        .contains("| 8 | 0 | 7 | 0.016 |");
    assertThat(Files.readString(MadeUp.write(new HtmlReport(), run)))
        .contains("<section id=\"suites\"", "not applicable", "53–98 %");
  }

  @Test
  void theListsOfAnEarlierReportGo() throws IOException {
    RunDirectory run = MadeUp.run(folder, List.of(MadeUp.row(PLAIN, "a").build()));
    Path bypasses = Files.writeString(run.path().resolve("bypasses.csv"), "of an earlier report");
    Path tasks = Files.writeString(run.path().resolve("tasks.csv"), "of an earlier report");
    MadeUp.write(new ComparisonReport(), run);
    assertThat(bypasses).doesNotExist();
    assertThat(tasks).doesNotExist();
    assertThat(Files.readString(MadeUp.write(new HtmlReport(), run)))
        .doesNotContain("id=\"suites\"");
  }
}
