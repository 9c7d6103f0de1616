package org.malassay.reports;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.environment.Piece;
import org.malassay.options.Options;
import org.malassay.report.Report;
import org.malassay.report.Runs;
import org.malassay.run.Result;
import org.malassay.run.RunDirectory;

/** What holds for every report. */
class ReportsTest {
  private final Path runs;

  ReportsTest(@TempDir Path runs) {
    this.runs = runs;
  }

  @Test
  void allReportsAreFoundAndHaveNamesOfTheirOwn() {
    assertThat(ServiceLoader.load(Report.class))
        .extracting(Report::name)
        .containsExactly(
            "csv",
            "file-types",
            "comparison",
            "allure",
            "junit",
            "summary",
            "navigator",
            "stix",
            "misp",
            "cape",
            "html",
            "latex",
            "open-test-reporting");
  }

  @Test
  void aReportMadeTwiceIsTheSameAndLeavesNothingElse() throws IOException {
    RunDirectory run = hostileRun();
    writeAll(run);
    Map<String, String> once = contents(run.path());
    writeAll(RunDirectory.open(run.path()));
    assertThat(contents(run.path())).isEqualTo(once);
    assertThat(once.keySet())
        .contains("results.csv", "file-types.csv", "junit.xml", "summary.md")
        .noneMatch(file -> file.startsWith("."));
  }

  @Test
  void aReportIsWhereItSaysAndInTheRunDirectory() throws IOException {
    RunDirectory run = hostileRun();
    for (Report report : ServiceLoader.load(Report.class)) {
      assertThat(MadeUp.write(report, run)).exists().hasParent(run.path());
    }
  }

  @Test
  void theJournalIsReadOnceForAllReports() throws IOException {
    RunDirectory run = hostileRun();
    writeAll(run);
    Map<String, String> written = contents(run.path());
    Runs runs = Runs.of(run);
    Files.delete(run.path().resolve("journal.jsonl"));
    for (Report report : ServiceLoader.load(Report.class)) {
      report.write(runs, Options.of(Map.of()));
    }
    written.remove("journal.jsonl");
    assertThat(contents(run.path())).isEqualTo(written);
  }

  /** A run that was killed before its first sample ended. */
  @Test
  void aRunWithoutResultsHasReportsToo() throws IOException {
    RunDirectory run = MadeUp.run(runs, List.of());
    writeAll(run);
    assertThat(run.path().resolve("results.csv")).exists();
  }

  private RunDirectory hostileRun() throws IOException {
    List<Result> results =
        MadeUp.HOSTILE_NAMES.stream().map(name -> MadeUp.row("container", name).build()).toList();
    RunDirectory run = MadeUp.run(runs, results);
    run.evidence(results.get(0)).write(Piece.STDOUT, "hello".getBytes(UTF_8));
    return run;
  }

  private static void writeAll(RunDirectory run) throws IOException {
    for (Report report : ServiceLoader.load(Report.class)) {
      MadeUp.write(report, run);
    }
  }

  private static Map<String, String> contents(Path folder) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path file : walk.filter(Files::isRegularFile).toList()) {
        contents.put(
            folder.relativize(file).toString(), Files.readString(file, ISO_8859_1)); // byte by byte
      }
    }
    return contents;
  }
}
