package org.malassay.reports.firmware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.firmware.survey.SurveyDirectory;
import org.malassay.options.Options;

class SurveyCsvReportTest {
  @TempDir Path folder;

  private static List<CSVRecord> rows(Path file) throws IOException {
    try (CSVParser rows =
        CSVFormat.RFC4180
            .builder()
            .setHeader()
            .setSkipHeaderRecord(true)
            .get()
            .parse(Files.newBufferedReader(file))) {
      return rows.getRecords();
    }
  }

  private static SurveyDirectory written(SurveyDirectory survey) throws IOException {
    new SurveyCsvReport().write(survey, Options.of(Map.of()));
    return survey;
  }

  @Test
  void eachImageIsARow() throws Exception {
    SurveyDirectory survey = written(MadeUpSurvey.study(folder));
    List<CSVRecord> rows = rows(survey.path().resolve("survey.csv"));
    assertThat(rows).hasSize(4);
    assertThat(rows.get(0).toMap())
        .containsEntry("survey", "study")
        .containsEntry("image", "acme/router/2014-03-01/a.bin")
        .containsEntry("vendor", "acme")
        .containsEntry("date", "2014-03-01")
        .containsEntry("outcome", "PARTLY")
        .containsEntry("programs", "2")
        .containsEntry("pie", "0")
        .containsEntry("pie_told", "1")
        .containsEntry("nx", "2")
        .containsEntry("fortify_told", "0")
        .containsEntry("kernel", "2.6.36")
        .containsEntry("kernel_protections", "aslr")
        .containsEntry("kernel_protections_told", "aslr kaslr")
        .containsEntry("components", "busybox 1.19.4")
        .containsEntry("services", "telnet")
        .containsEntry("debug_doors", "1")
        .containsEntry("weak_accounts", "1")
        .containsEntry("unread_bytes", String.valueOf(2 << 20))
        .containsEntry("weakened", "");
    assertThat(rows.get(3).toMap())
        .containsEntry("outcome", "NOTHING")
        .containsEntry("parts_encrypted", "1")
        .containsEntry("programs", "0");
  }

  @Test
  void eachProgramIsARow() throws Exception {
    SurveyDirectory survey = written(MadeUpSurvey.study(folder));
    List<CSVRecord> rows = rows(survey.path().resolve("programs.csv"));
    assertThat(rows).hasSize(6);
    assertThat(rows.get(2).toMap())
        .containsEntry("image", "acme/router/2020-03-01/b.bin")
        .containsEntry("path", "/bin/busybox")
        .containsEntry("component_version", "1.30.1")
        .containsEntry("pie", "yes")
        .containsEntry("relro", "full")
        .containsEntry("fortify", "unknown")
        .containsEntry("fortifiable_calls", "4");
  }

  @Test
  void whatIsToldOfAKernelIsARowWithHowItWasTold() throws Exception {
    SurveyDirectory survey = written(MadeUpSurvey.study(folder));
    List<CSVRecord> rows = rows(survey.path().resolve("kernels.csv"));
    assertThat(rows)
        .filteredOn(row -> row.get("image").equals("acme/router/2014-03-01/a.bin"))
        .extracting(
            row -> row.get("kernel"),
            row -> row.get("kind"),
            row -> row.get("name"),
            row -> row.get("value"),
            row -> row.get("how"))
        .containsExactly(
            tuple("2.6.36", "protection", "aslr", "y", "ikconfig"),
            tuple("2.6.36", "protection", "kaslr", "n", "ikconfig"),
            tuple("2.6.36", "protection", "seccomp", "unknown", ""),
            tuple("2.6.36", "option", "CONFIG_SECCOMP", "n", "ikconfig"));
  }

  @Test
  void whatStartsByItselfIsARow() throws Exception {
    SurveyDirectory survey = written(MadeUpSurvey.study(folder));
    assertThat(rows(survey.path().resolve("starts.csv")).get(0).toMap())
        .containsEntry("image", "acme/router/2014-03-01/a.bin")
        .containsEntry("started_by", "inittab")
        .containsEntry("from", "/etc/inittab")
        .containsEntry("command", "/sbin/telnetd")
        .containsEntry("services", "telnet")
        .containsEntry("debug_door", "yes");
  }

  @Test
  void noCellIsAFormulaAndNoneHasAControlCharacter() throws Exception {
    SurveyDirectory survey =
        written(
            new MadeUpSurvey(folder).image("=acme/@router/+1.0/-a.bin", "hostile").run("hostile"));
    for (String file : List.of("survey.csv", "programs.csv", "kernels.csv", "starts.csv")) {
      String text = Files.readString(survey.path().resolve(file));
      assertThat(text).doesNotContain("\u001b").doesNotContain("\u202e");
      for (CSVRecord row : rows(survey.path().resolve(file))) {
        assertThat(row.toList()).noneMatch(cell -> cell.matches("(?s)[=+@-].*"));
      }
    }
  }

  @Test
  void whatFailedIsARowToo() throws Exception {
    SurveyDirectory survey = written(new MadeUpSurvey(folder).image("a.bin", "no").run("failed"));
    assertThat(rows(survey.path().resolve("survey.csv")).get(0).toMap())
        .containsEntry("outcome", "FAILED")
        .containsEntry("failure", "it is damaged")
        .containsEntry("sha256", "");
  }
}
