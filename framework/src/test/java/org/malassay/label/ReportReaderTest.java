package org.malassay.label;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.malassay.label.Reports.MD5;
import static org.malassay.label.Reports.SHA256;
import static org.malassay.label.Reports.UNDETECTED;
import static org.malassay.label.Reports.bytes;
import static org.malassay.label.Reports.labels;

import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReportReaderTest {
  private static final Map<String, String> LABELS =
      labels("ClamAV", "Unix.Trojan.Mirai-1", "DrWeb", "Linux.Mirai.1", "Baidu", UNDETECTED);

  private static EngineReport report(String json) throws ReportException {
    Lookup lookup = ReportReader.read(bytes(json), "r.json");
    assertThat(lookup).isInstanceOf(Lookup.Found.class);
    return ((Lookup.Found) lookup).report();
  }

  private static void assertIsTheReport(EngineReport report, String source) {
    assertThat(report.source()).isEqualTo(source);
    assertThat(report.engines()).isEqualTo(3);
    assertThat(report.labels())
        .containsExactly(
            Map.entry("ClamAV", "Unix.Trojan.Mirai-1"), Map.entry("DrWeb", "Linux.Mirai.1"));
    assertThat(report.hashes()).containsExactlyInAnyOrder(MD5, SHA256);
  }

  @Test
  void theThreeShapesAreToldApartByWhatIsInThem() throws Exception {
    assertIsTheReport(report(Reports.virusShare(1, SHA256, LABELS)), "VirusShare");
    assertIsTheReport(report(Reports.virusTotal2(SHA256, LABELS)), "VirusTotal");
    assertIsTheReport(report(Reports.virusTotal3(SHA256, LABELS)), "VirusTotal");
  }

  @Test
  void hashesAreReadInAnyCase() throws Exception {
    assertThat(
            report(Reports.virusTotal2(SHA256.toUpperCase(java.util.Locale.ROOT), LABELS)).hashes())
        .contains(SHA256);
  }

  @Test
  void theFeedOfVersion3LeavesDataAway() throws Exception {
    String json = Reports.virusTotal3(SHA256, LABELS).strip();

    assertIsTheReport(
        report(json.substring("{\"data\":".length(), json.length() - 1)), "VirusTotal");
  }

  @Test
  void inVersion3OnlyEnginesThatGaveAnAnswerCount() throws Exception {
    EngineReport report =
        report(
            """
            {"data": {"attributes": {"last_analysis_results": {
              "A": {"category": "malicious", "result": "X"},
              "B": {"category": "suspicious", "result": null},
              "C": {"category": "undetected", "result": null},
              "D": {"category": "harmless", "result": "clean"},
              "E": {"category": "type-unsupported", "result": null},
              "F": {"category": "timeout", "result": null},
              "G": {"category": "failure", "result": null},
              "H": null}}}}
            """);

    assertThat(report.engines()).isEqualTo(4);
    assertThat(report.labels()).containsExactly(Map.entry("A", "X"), Map.entry("B", ""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"response\": 0}|VirusShare does not know it",
        "{\"response\": 1, \"md5\": \"x\"}|VirusShare holds it as malware, but no engine's label of it",
        "{\"response\": 1, \"virustotal\": []}|VirusShare holds it as malware, but no engine's label of it",
        "{\"response_code\": 0, \"verbose_msg\": \"?\"}|VirusTotal does not know it",
        "{\"response_code\": -2}|VirusTotal does not know it",
        "{\"error\": {\"code\": \"NotFoundError\", \"message\": \"?\"}}|VirusTotal does not know it",
      })
  void aReportMaySayThatTheFileIsNotKnown(String json, String reason) throws Exception {
    assertThat(ReportReader.read(bytes(json), "r.json")).isEqualTo(new Lookup.NotKnown(reason));
  }

  @Test
  void benignAtVirusShareIsAReportWithoutDetections() throws Exception {
    assertThat(report("{\"response\": 2, \"md5\": \"" + MD5 + "\"}").labels()).isEmpty();
    assertThat(report(Reports.virusShare(2, SHA256, labels("A", UNDETECTED))).engines())
        .isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "3",
        "[]",
        "\"x\"",
        "{}",
        "{\"response\": 7}",
        "{\"response\": \"x\"}",
        "{\"error\": {\"code\": \"WrongCredentialsError\"}}",
        "{\"data\": []}",
        "{\"data\": {\"attributes\": {}}}",
        "{\"data\": {\"attributes\": {\"last_analysis_results\": 3}}}",
        "{\"scans\": \"\u001b[31mx\"}",
        "{\"scans\": {\"A\": {\"detected\": {}}}}",
        "{\"scans\": {}} {\"scans\": {}}",
        "{\"scans\": {\"A\": ",
        "<html>502 Bad Gateway</html>"
      })
  void whatIsNotAReportIsNamedWithTheReason(String json) {
    assertThatThrownBy(() -> ReportReader.read(bytes(json), "some/r.json"))
        .isInstanceOf(ReportException.class)
        .message()
        .startsWith("some/r.json is not a report: ")
        .doesNotContainPattern("\\p{Cntrl}")
        .hasSizeLessThan(400);
  }

  @Test
  void theMessageSaysWhereTheErrorIs() {
    assertThatThrownBy(() -> ReportReader.read(bytes("{\n\"scans\": nope}"), "r.json"))
        .hasMessageStartingWith("r.json is not a report: line 2, column ");
  }

  @Test
  void sizeDepthAndNumberOfEnginesAreBounded() {
    String deep = "{\"scans\": " + "{\"a\":".repeat(100_000);
    String embedded = "{\"response\": 1, \"virustotal\": ".repeat(50_000);
    String skipped = "{\"x\": " + "[".repeat(1_000_000);
    String many =
        IntStream.range(0, 2000)
            .mapToObj(i -> "\"e" + i + "\": {\"detected\": true}")
            .collect(Collectors.joining(",", "{\"scans\": {", "}}"));

    for (String json : new String[] {deep, embedded, skipped, many}) {
      assertThatThrownBy(() -> ReportReader.read(bytes(json), "r.json"))
          .isInstanceOf(ReportException.class)
          .message()
          .hasSizeLessThan(400);
    }
    assertThatThrownBy(() -> ReportReader.read(new byte[ReportReader.MAX_ANSWER + 1], "r.json"))
        .hasMessage("r.json is not a report: larger than 8 MiB");
  }

  @Test
  void longLabelsAreCut() throws Exception {
    assertThat(report(Reports.virusTotal2(SHA256, labels("A", "x".repeat(5000)))).labels().get("A"))
        .hasSize(300);
  }

  @Test
  void everyPrefixAndAThousandMutationsOfAReportGiveAnAnswerOrTheClearError() {
    byte[] json = bytes(Reports.virusTotal3(SHA256, LABELS));
    for (int length = 0; length < json.length; length++) {
      readLeniently(java.util.Arrays.copyOf(json, length));
    }
    Random random = new Random(1);
    for (int i = 0; i < 1000; i++) {
      byte[] mutated = json.clone();
      for (int j = 0; j < 1 + random.nextInt(5); j++) {
        mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
      }
      readLeniently(mutated);
    }
  }

  private static void readLeniently(byte[] json) {
    assertThatCode(
            () -> {
              try {
                ReportReader.read(json, "r.json");
              } catch (ReportException e) {
                assertThat(e).hasMessageStartingWith("r.json is not a report: ");
              }
            })
        .doesNotThrowAnyException();
  }
}
