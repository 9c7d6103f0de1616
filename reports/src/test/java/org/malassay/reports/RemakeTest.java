package org.malassay.reports;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.malassay.environment.Piece;
import org.malassay.options.Options;
import org.malassay.report.Report;
import org.malassay.run.Result;
import org.malassay.run.RunDirectory;

class RemakeTest {
  private static final List<String> MADE =
      List.of(
          "results.csv",
          "file-types.csv",
          "junit.xml",
          "summary.md",
          "allure-results",
          "navigator.json");

  private final Path runs;
  private final RunDirectory run;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  RemakeTest(@TempDir Path runs) throws IOException {
    this.runs = runs;
    List<Result> results =
        MadeUp.HOSTILE_NAMES.stream().map(name -> MadeUp.row("container", name).build()).toList();
    run = MadeUp.run(runs, results);
    run.evidence(results.get(0)).write(Piece.STDOUT, "hello".getBytes(UTF_8));
    for (Report report : ServiceLoader.load(Report.class)) {
      MadeUp.write(report, run);
    }
  }

  private void remake(Map<String, String> given, String... arguments) throws IOException {
    new Remake(
            ServiceLoader.load(Report.class), Options.of(given), new PrintStream(out, true, UTF_8))
        .make(Arrays.asList(arguments));
  }

  @Test
  void everyReportIsMadeAgainOfTheDirectoryAlone() throws IOException {
    Map<String, String> before = contents();
    for (String name : MADE) {
      delete(run.path().resolve(name));
    }
    assertThat(contents()).doesNotContainKeys("results.csv", "junit.xml");

    remake(Map.of(), runs.resolve("latest").toString());

    assertThat(contents()).isEqualTo(before);
    assertThat(out.toString(UTF_8))
        .contains("csv        " + run.path().toRealPath().resolve("results.csv"))
        .hasLineCount(8);
  }

  @Test
  void thoseOnRequestAreMadeWhereTheyAreNamed() throws IOException {
    Map<String, String> before = contents();
    List<String> onRequest = List.of("stix", "misp", "cape");
    for (String name : onRequest) {
      delete(run.path().resolve(name));
    }

    remake(Map.of(), run.path().toString(), String.join(",", onRequest));

    assertThat(contents()).isEqualTo(before);
    assertThat(out.toString(UTF_8)).hasLineCount(3);
  }

  @Test
  void thoseThatAreNamedAreMadeWithTheOptionsOfToday() throws IOException {
    Map<String, String> before = contents();
    remake(Map.of("allure.attachment.size", "2"), run.path().toString(), "allure,csv");
    Map<String, String> after = contents();
    assertThat(out.toString(UTF_8)).startsWith("allure ").contains("\ncsv ").hasLineCount(2);
    assertThat(after.values()).anyMatch(text -> text.contains("[cut: the first 2 of 5 bytes;"));
    assertThat(after.get("results.csv")).isEqualTo(before.get("results.csv"));
  }

  @ParameterizedTest
  @CsvSource({
    "'', '', 'Remake RUN_DIR [REPORT,...]: '",
    "'', csv, 'Remake RUN_DIR [REPORT,...]: '",
    "RUN, cvs, 'there is no report cvs; there is: csv, file-types, comparison, allure, junit,"
        + " summary, navigator, stix, misp, cape, html'",
    "RUN/evidence, csv, 'RUN/evidence: not the directory of a run: it has no run.json; name the"
        + " directory of a run, such as target/runs/latest'",
    "RUN/gone, csv, 'RUN/gone does not exist; name the directory of a run, such as'",
  })
  void whatCannotBeMadeIsSaidWithWhatMendsIt(String folder, String reports, String message) {
    String path = run.path().toString();
    assertThatThrownBy(() -> remake(Map.of(), folder.replace("RUN", path), reports))
        .hasMessageStartingWith(message.replace("RUN/", path + "/"));
  }

  @Test
  void anOptionThatIsWrongIsSaidBeforeAnythingIsWritten() {
    assertThatThrownBy(() -> remake(Map.of("allure.attachment", "3"), run.path().toString()))
        .hasMessage(
            "-Dallure.attachment: there is no such option; did you mean -Dallure.attachments?");
    assertThatThrownBy(() -> remake(Map.of("allure.attachments", "no"), run.path().toString()))
        .hasMessageStartingWith("-Dallure.attachments=no: not a whole number of at least 1");
    assertThat(out.size()).isZero();
  }

  @Test
  void oneThatCannotBeWrittenKeepsNoOtherFromBeing() throws IOException {
    delete(run.path().resolve("results.csv"));
    Files.createDirectories(run.path().resolve("results.csv/in the way"));
    assertThatThrownBy(() -> remake(Map.of(), run.path().toString(), "csv,junit"))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("report csv cannot be written: ");
    assertThat(out.toString(UTF_8)).startsWith("junit ");
  }

  @Test
  void aBaselineThatIsNamedNowIsComparedWith() throws IOException {
    MadeUp.run(runs, "before", List.of());
    remake(Map.of("baseline", "before"), run.path().toString(), "comparison,html,summary");
    assertThat(contents().get("summary.md"))
        .contains("### Against the baseline <code>before</code>");
    assertThat(contents().get("report.html")).contains("<section id=\"baseline\"");
    assertThat(contents()).containsKey("baseline.csv");
  }

  @Test
  void theBaselineThatTheRunHadIsComparedWithAgainUnlessItIsGone() throws IOException {
    RunDirectory before = MadeUp.run(runs, "before", List.of());
    RunDirectory compared =
        MadeUp.run(
            runs,
            MadeUp.header("compared", Map.of("baseline", "before"), Map.of(), Map.of()),
            List.of());
    Path summary = compared.path().resolve("summary.md");
    remake(Map.of(), compared.path().toString(), "summary");
    assertThat(summary).content().contains("### Against the baseline");

    delete(before.path());
    remake(Map.of(), compared.path().toString(), "summary");
    assertThat(summary).content().doesNotContain("### Against the baseline");
    assertThat(out.toString(UTF_8))
        .contains(
            "baseline   left out, since the run's is gone: -Dbaseline: there is no run before")
        .contains("; -Dbaseline=FOLDER names it\n");
  }

  @Test
  void aBaselineThatCannotBeComparedWithIsSaidWithWhatMendsIt() throws IOException {
    String path = run.path().toString();
    assertThatThrownBy(() -> remake(Map.of("baseline", "nope"), path))
        .hasMessageStartingWith("-Dbaseline: there is no run nope in ");
    assertThatThrownBy(() -> remake(Map.of("baseline", "latest"), path))
        .hasMessage(
            "-Dbaseline: run made-up is the run itself; name an earlier run, by its id or its"
                + " folder");
    Files.createDirectories(runs.resolve("empty"));
    assertThatThrownBy(() -> remake(Map.of("baseline", "empty"), path))
        .hasMessageStartingWith("-Dbaseline: the run cannot be read: ")
        .hasMessageEndingWith("not the directory of a run: it has no run.json");
    assertThat(out.size()).isZero();
  }

  private Map<String, String> contents() throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(run.path())) {
      for (Path file : walk.filter(Files::isRegularFile).toList()) {
        // Byte by byte: figures are PDF.
        contents.put(run.path().relativize(file).toString(), Files.readString(file, ISO_8859_1));
      }
    }
    return contents;
  }

  private static void delete(Path path) throws IOException {
    try (Stream<Path> walk = Files.walk(path)) {
      for (Path inside : walk.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(inside);
      }
    }
  }
}
