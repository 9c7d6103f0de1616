package org.malassay.label;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.malassay.options.OptionException;
import org.malassay.options.Options;

class ThreatTableTest {
  private final Path folder;

  ThreatTableTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @ParameterizedTest
  @CsvSource({
    "wiper, 10, 7, 9",
    "ransomware, 9, 7, 9",
    "rootkit, 9, 8, 9",
    "worm, 9, 9, 9",
    "backdoor, 9, 8, 9",
    "virus, 8, 9, 9",
    "ddos, 8, 7, 9",
    "exploit, 7, 8, 9",
    "spyware, 7, 7, 6",
    "downloader, 6, 7, 9",
    "trojan, 6, 7, 9",
    "scanner, 5, 4, 3",
    "coinminer, 4, 7, 3",
    "hacktool, 4, 4, 3",
    "riskware, 3, 3, 3",
    "adware, 2, 2, 3",
    "unknown, 5, 5, 5",
  })
  void theTablesHoldTheNumbersThatWereDecided(
      String category, double normal, double kaspersky, double fSecure) {
    assertThat(ThreatTable.of("default").score(category)).isEqualTo(normal);
    assertThat(ThreatTable.of("kaspersky").score(category)).isEqualTo(kaspersky);
    assertThat(ThreatTable.of("f-secure").score(category)).isEqualTo(fSecure);
  }

  @ParameterizedTest
  @ValueSource(strings = {"default", "kaspersky", "f-secure"})
  void everyRowCitesASourceAndTheTableSaysThatNumbersAreAJudgement(String name) throws Exception {
    try (var in = ThreatTable.class.getResourceAsStream("threat-" + name + ".json")) {
      JsonNode table = new JsonMapper().readTree(in);

      assertThat(table.path("about").toString()).contains("by judgement");
      assertThat(table.path("scores"))
          .hasSize(17)
          .allSatisfy(row -> assertThat(row.path("source").asText()).isNotBlank());
    }
  }

  @Test
  void tiesFallInTheOrderOfTheDefaultTable() {
    ThreatTable table = ThreatTable.of("default");

    // But for trojan, which takes no part in ties.
    assertThat(Vocabulary.load().categories())
        .isSortedAccordingTo((one, other) -> Double.compare(table.score(other), table.score(one)));
  }

  private Path file(Map<String, String> changes) throws Exception {
    StringBuilder rows = new StringBuilder();
    for (String category : Vocabulary.load().categories()) {
      rows.append("\"%s\": %s,\n".formatted(category, changes.getOrDefault(category, row("1"))));
    }
    changes.forEach(
        (key, value) -> {
          if (!Vocabulary.load().categories().contains(key)) {
            rows.append("\"%s\": %s,\n".formatted(key, value));
          }
        });
    return Files.writeString(
        folder.resolve("mine.json"), "{\"scores\": {" + rows + "\"unknown\": " + row("1") + "}}");
  }

  private static String row(String score) {
    return "{\"score\": " + score + "}";
  }

  @Test
  void aFileOfTheUsersIsATable() throws Exception {
    Path file = file(Map.of("worm", row("7.5")));

    assertThat(ThreatTable.of(file.toString()).score("worm")).isEqualTo(7.5);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "worm|{\"score\": 11}|the \"score\" of \"worm\" must be a number from 0 to 10, not 11",
        "worm|{\"score\": -1}|the \"score\" of \"worm\" must be a number from 0 to 10, not -1",
        "worm|{\"score\": \"9\"}|the \"score\" of \"worm\" must be a number from 0 to 10, not \"9\"",
        "worm|{}|the \"score\" of \"worm\" must be a number from 0 to 10, not absent",
        "worm|9|the \"score\" of \"worm\" must be a number from 0 to 10, not absent",
        "wurm|{\"score\": 1}|\"wurm\" is not a category; these are: wiper, ransomware,",
      })
  void anErrorNamesFileAndKey(String key, String value, String message) throws Exception {
    Path file = file(Map.of(key, value));

    assertThatThrownBy(() -> ThreatTable.of(file.toString()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(message);
  }

  @Test
  void aMissingRowIsNamed() throws Exception {
    Path file =
        Files.writeString(folder.resolve("t.json"), "{\"scores\": {\"worm\": {\"score\": 1}}}");

    assertThatThrownBy(() -> ThreatTable.of(file.toString()))
        .hasMessageContaining(file + " has no score for: wiper, ransomware,")
        .hasMessageContaining("unknown");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{",
        "{\"scores\": 3}",
        "{\"scores\": {\"worm\": {\"score\": 1}, \"worm\": {\"score\": 2}}}"
      })
  void aFileThatIsNoTableIsNamed(String contents) throws Exception {
    Path file = Files.writeString(folder.resolve("t.json"), contents);

    assertThatThrownBy(() -> ThreatTable.of(file.toString()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void anUnknownNameListsTheTablesThereAre() {
    Options options = Options.of(Map.of("threat.table", "eset"));

    assertThatThrownBy(() -> options.get(LabelOptions.THREAT_TABLE))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("-Dthreat.table=eset")
        .hasMessageContaining("default, f-secure, kaspersky");
  }
}
