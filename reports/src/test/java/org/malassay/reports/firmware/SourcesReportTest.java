package org.malassay.reports.firmware;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.firmware.survey.SurveyDirectory;
import org.malassay.options.Options;

class SourcesReportTest {
  private static final Options NONE = Options.of(Map.of());

  @TempDir Path folder;

  private static List<String> lines(SurveyDirectory survey) throws Exception {
    return Files.readAllLines(new SourcesReport().write(survey, NONE)).stream().skip(1).toList();
  }

  @Test
  void aSourcePackageStandsBesideTheImagesOfItsProduct() throws Exception {
    SurveyDirectory survey =
        new MadeUpSurvey(folder)
            .image("acme/router/1/a.bin", "old")
            .image("acme/router/1/gpl.tar.gz", "sources")
            .image("bravo/router/1/b.bin", "new")
            .run("sources");
    String of = "acme/router/1/gpl.tar.gz,acme,router,1,";
    String beside = of + "acme/router/1/a.bin,";
    assertThat(lines(survey))
        .containsExactly(
            of + ",component,busybox,1.18.0,,",
            of + ",component,linux,2.6.36,,",
            of + ",patch,busybox,ash,,CVE-2011-2716",
            beside + "component,busybox,1.18.0,1.19.4,other",
            beside + "option,CONFIG_SECCOMP,y,n,other");
  }

  @Test
  void itIsInNoFigureOfImages() throws Exception {
    SurveyDirectory survey =
        new MadeUpSurvey(folder)
            .image("acme/router/1/a.bin", "new")
            .image("acme/router/1/gpl.tar.gz", "sources")
            .run("sources");
    assertThat(Figures.of(survey).rows())
        .extracting(row -> row.image().name())
        .containsExactly("acme/router/1/a.bin");
    new SurveyCsvReport().write(survey, NONE);
    assertThat(Files.readAllLines(survey.path().resolve("survey.csv")))
        .anyMatch(line -> line.contains("gpl.tar.gz") && line.endsWith(",sources"))
        .anyMatch(line -> line.contains("a.bin") && line.endsWith(",image"));
    assertThat(Files.readString(new FirmwareHtmlReport().write(survey, NONE)))
        .contains("1 images of 1 vendors")
        .contains("acme/router/1/gpl.tar.gz");
    assertThat(Files.readString(new SurveyJsonReport().write(survey, NONE)))
        .containsPattern("\"vulnerabilities\" ?: ?1")
        .containsPattern("\"other_version\" ?: ?1");
  }

  @Test
  void withoutOneThereIsNoTable() throws Exception {
    SurveyDirectory survey = MadeUpSurvey.study(folder);
    assertThat(new SourcesReport().write(survey, NONE)).isEqualTo(survey.path());
    assertThat(survey.path().resolve("sources.csv")).doesNotExist();
  }

  @Test
  void hostileTextIsText() throws Exception {
    SurveyDirectory survey =
        new MadeUpSurvey(folder).image("acme/router/1/gpl.zip", "hostile sources").run("hostile");
    assertThat(String.join("\n", lines(survey))).doesNotContain("\u001b").doesNotContain("\u202e");
    assertThat(Files.readString(new FirmwareHtmlReport().write(survey, NONE)))
        .doesNotContain("<script>")
        .doesNotContain("\u001b");
  }
}
