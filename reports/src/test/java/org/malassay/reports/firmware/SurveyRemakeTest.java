package org.malassay.reports.firmware;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.firmware.survey.SurveyDirectory;
import org.malassay.options.Options;
import org.malassay.reports.Remake;

class SurveyRemakeTest {
  @TempDir Path folder;

  /** What -Dremake runs, of the latest survey: the same bytes as before. */
  @Test
  void theReportsOfASurveyAreMadeAgain() throws Exception {
    SurveyDirectory survey = MadeUpSurvey.study(folder);
    Path csv = new SurveyCsvReport().write(survey, Options.of(Map.of()));
    String before = Files.readString(csv);
    Files.delete(csv);
    PrintStream console = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, UTF_8));
    try {
      Remake.main(new String[] {folder.resolve("surveys/latest").toString(), "csv,json"});
    } finally {
      System.setOut(console);
    }
    assertThat(Files.readString(csv)).isEqualTo(before);
    assertThat(survey.path().resolve("survey.json")).exists();
    assertThat(out.toString(UTF_8)).contains("csv ").contains("survey.csv");
  }
}
