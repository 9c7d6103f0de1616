package org.malassay.reports.firmware;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.firmware.survey.SurveyDirectory;
import org.malassay.options.Options;

class FirmwareHtmlReportTest {
  @TempDir Path folder;

  private String page(SurveyDirectory survey, String language) throws Exception {
    return Files.readString(
        new FirmwareHtmlReport()
            .write(
                survey,
                Options.of(
                    Map.of("lang", language, "firmware.cache", folder.resolve("c").toString()))));
  }

  @Test
  void itSaysTheSurveyInSentencesChartsAndTables() throws Exception {
    String page = page(MadeUpSurvey.study(folder), "en");
    assertThat(page)
        .contains(
            "4 images of 2 vendors: 0 are understood whole, 3 in part, 1 not at all, and 0 could"
                + " not be read.")
        .contains("NX 100 %, PIE 33 %, full RELRO 17 %, stack canary 0 % and FORTIFY none")
        .contains("2014, PIE: 0 % (0 of 2 programs)")
        .contains("2020, PIE: 100 % (1 of 1 programs)")
        .contains("2014, 3.10: 1 of 2 images")
        // BusyBox 1.19 is of 2011-08-13
        .containsPattern("busybox: median 2\\.5 years")
        .contains("encrypted");
    for (String chart : new String[] {"years", "vendors", "kernels", "lags"}) {
      assertThat(page).contains("id=\"chart-" + chart + "-title\"");
    }
  }

  /** Two images have one version of BusyBox and other bytes. */
  @Test
  void whatWasPatchedWithoutAVersionIsTold() throws Exception {
    String page = page(MadeUpSurvey.study(folder), "en");
    String silent = page.substring(page.indexOf("<section id=\"silent\""));
    assertThat(silent.substring(0, silent.indexOf("</section>")))
        .containsPattern("busybox</th>\\s*<td class=\"\">1\\.19\\.4</td>");
  }

  @Test
  void itFetchesNothingAndHasNoScript() throws Exception {
    String page = page(MadeUpSurvey.study(folder), "en");
    assertThat(page)
        .contains("default-src &#39;none&#39;; script-src &#39;none&#39;")
        .doesNotContainPattern("<(script|link|img|iframe|object)\\b")
        .doesNotContainPattern("(src|href)=\"(?!#)");
  }

  @Test
  void hostileNamesAreText() throws Exception {
    SurveyDirectory survey =
        new MadeUpSurvey(folder).image("<b>/<i>/2020-01-01/&a.bin", "hostile").run("hostile");
    for (String language : new String[] {"en", "ja"}) {
      assertThat(page(survey, language))
          .doesNotContain("<script>alert")
          .doesNotContain("<b>")
          .doesNotContain("\u001b")
          .doesNotContain("\u202e")
          .contains("&lt;script&gt;alert(1)");
    }
  }

  @Test
  void itIsInJapaneseToo() throws Exception {
    String page = page(MadeUpSurvey.study(folder), "ja");
    assertThat(page).contains("<html lang=\"ja\">").contains("年ごとの適用率");
    String head = page.substring(page.indexOf("<h2"));
    assertThat(Pattern.compile("<h2[^>]*>[A-Za-z ]+</h2>").matcher(head).find()).isFalse();
  }

  @Test
  void aSurveyWithoutDaysHasNoFiguresByYear() throws Exception {
    String page =
        page(new MadeUpSurvey(folder).image("acme/router/1.0/a.bin", "old").run("one"), "en");
    assertThat(page)
        .contains("The day of 1 images is not known")
        .doesNotContain("chart-years-title")
        .contains("chart-vendors-title");
  }

  @Test
  void aDamagedJournalIsSaid() throws Exception {
    SurveyDirectory survey = MadeUpSurvey.study(folder);
    Path journal = survey.path().resolve("journal.jsonl");
    Files.writeString(journal, "{\n", StandardOpenOption.APPEND);
    assertThat(page(survey, "en")).contains("line 5 of journal.jsonl is damaged");
  }
}
