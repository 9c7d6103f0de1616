package org.malassay.reports.firmware;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.firmware.survey.SurveyDirectory;
import org.malassay.options.Options;

class DifferenceReportTest {
  private static final Options NONE = Options.of(Map.of());

  @TempDir Path folder;

  @Test
  void whatDiffersFromTheBaselineIsInAPageAndInJson() throws Exception {
    MadeUpSurvey made = new MadeUpSurvey(folder).image("acme/router/1.0/a.bin", "new");
    made.run("before");
    SurveyDirectory after =
        made.image("acme/router/1.0/a.bin", "old")
            .option("firmware.baseline", "before")
            .run("after");
    Path page = new DifferenceReport().write(after, NONE);
    assertThat(Files.readString(page))
        .contains("acme/router/1.0/a.bin, against acme/router/1.0/a.bin")
        .containsPattern("weakened</th>\\s*<td class=\"\">program</td>")
        .contains("no pie")
        .contains("1.30.1");
    JsonNode json = new JsonMapper().readTree(after.path().resolve("difference.json").toFile());
    List<String> changes = new ArrayList<>();
    json.get("images")
        .get(0)
        .get("changes")
        .forEach(it -> changes.add(it.get("kind").asText() + " " + it.get("name").asText()));
    assertThat(changes).contains("weakened /bin/busybox", "changed busybox", "changed version");
  }

  @Test
  void withoutABaselineThereIsNone() throws Exception {
    SurveyDirectory survey = MadeUpSurvey.study(folder);
    new DifferenceReport().write(survey, NONE);
    assertThat(survey.path().resolve("difference.html")).doesNotExist();
    assertThat(survey.path().resolve("difference.json")).doesNotExist();
  }

  @Test
  void hostileNamesAreText() throws Exception {
    MadeUpSurvey made = new MadeUpSurvey(folder).image("a/b/1/x.bin", "old");
    made.run("before");
    SurveyDirectory after =
        made.image("a/b/1/x.bin", "hostile").option("firmware.baseline", "before").run("after");
    String page = Files.readString(new DifferenceReport().write(after, NONE));
    assertThat(page)
        .doesNotContain("<script>")
        .doesNotContain("\u001b")
        .doesNotContain("\u202e")
        .contains("&lt;script&gt;");
    assertThat(Files.readString(after.path().resolve("difference.json")))
        .doesNotContain("\u001b")
        .doesNotContain("\u202e");
  }
}
