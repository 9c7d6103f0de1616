package org.malassay.label;

import static org.assertj.core.api.Assertions.assertThat;
import static org.malassay.label.Reports.MD5;
import static org.malassay.label.Reports.SHA256;
import static org.malassay.label.Reports.labels;
import static org.malassay.label.Reports.sample;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.malassay.sample.Sample;

class ReportFolderTest {
  private static final Map<String, String> MIRAI = labels("ClamAV", "Unix.Trojan.Mirai-1");

  private final Path folder;

  /** A second sample, whose file is there. */
  private final Sample other;

  ReportFolderTest(@TempDir Path folder) throws Exception {
    this.folder = folder;
    this.other =
        sample("cd".repeat(32), "0".repeat(32), Files.writeString(folder.resolve("file"), "hello"));
  }

  private Path write(String name, String json) throws Exception {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    if (!name.endsWith(".gz")) {
      return Files.writeString(file, json);
    }
    try (var out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(Reports.bytes(json));
    }
    return file;
  }

  private ReportFolder read() throws Exception {
    return ReportFolder.read(folder, List.of(sample(), other));
  }

  private static void assertKnows(ReportFolder reports, Sample... samples) {
    assertThat(reports.problems()).isEmpty();
    for (Sample sample : samples) {
      assertThat(reports.find(sample)).isInstanceOf(Lookup.Found.class);
    }
  }

  @Test
  void aReportIsFoundByTheHashInItsContentsWhateverItsName() throws Exception {
    write("deep/down/anything.json", Reports.virusShare(1, SHA256, MIRAI));
    ReportFolder reports = read();

    assertKnows(reports, sample());
    assertThat(reports.find(other)).isEqualTo(new Lookup.NotKnown("no report in " + folder));
  }

  @Test
  void anMd5WillDo() throws Exception {
    write("a.json", "{\"md5\": \"%s\", \"scans\": {}}".formatted(MD5));

    assertKnows(read(), sample());
  }

  @Test
  void aReportIsFoundByTheHashThatItWasAskedFor() throws Exception {
    String engines = "{\"A\": {\"category\": \"malicious\", \"result\": \"X\"}}";
    write(
        "v3.json",
        "{\"data\": {\"id\": \"%s\", \"attributes\": {\"last_analysis_results\": %s}}}"
            .formatted(SHA256, engines));
    write("v2.json", "{\"resource\": \"%s\", \"scans\": {}}".formatted(other.sha256()));

    assertKnows(read(), sample(), other);
  }

  @Test
  void theStrongestHashOfAReportSaysWhoseItIs() throws Exception {
    write("a.json", Reports.virusTotal2("ef".repeat(32), MIRAI)); // with the sample's MD5

    assertThat(read().find(sample())).isInstanceOf(Lookup.NotKnown.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"%s\n%s\n", "[%s, %s]", "{\"results\": [%s, %s]}", "{\"data\": [%s, %s]}"})
  void severalReportsInAFileAreFoundEach(String form) throws Exception {
    write(
        "all.json.gz",
        form.formatted(
            Reports.virusTotal2(SHA256, MIRAI).replace("\n", ""),
            Reports.virusTotal2(other.sha256(), MIRAI).replace("\n", "")));

    assertKnows(read(), sample(), other);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.json", "A.JSON", "a.jsonl", "a.ndjson", "a.json.gz", "a.jsonl.gz"})
  void reportsAreKnownByTheEndOfTheirFilesName(String name) throws Exception {
    write(name, Reports.virusTotal3(SHA256, MIRAI));

    assertKnows(read(), sample());
  }

  @Test
  void whatLabelsOfAvclassAreInIsRead() throws Exception {
    write(
        "avclass.jsonl",
        """
        {"sha256": "%s", "md5": "", "sha1": "", "av_labels": [["ClamAV", "Unix.Mirai"], ["X", null]]}
        {"sha256": "%s", "scan_date": "2021", "av_labels": []}
        """
            .formatted(SHA256, other.sha256()));
    ReportFolder reports = read();

    assertKnows(reports, sample(), other);
    EngineReport report = ((Lookup.Found) reports.find(sample())).report();
    assertThat(report.source()).isEqualTo("AVClass");
    assertThat(report.labels()).isEqualTo(Map.of("ClamAV", "Unix.Mirai", "X", ""));
  }

  @Test
  void oneBadReportOfManyCostsNoOther() throws Exception {
    Path file =
        write(
            "all.jsonl",
            String.join(
                "\n",
                "{\"scans\": 3}",
                Reports.virusTotal2(SHA256, MIRAI).strip(),
                "{\"hello\": [{}, {\"x\": 1}]}",
                "\"text\"",
                Reports.virusTotal2(other.sha256(), MIRAI).strip(),
                "{ broken"));
    ReportFolder reports = read();

    assertThat(reports.problems())
        .containsExactly(
            file
                + ": 4 of the 6 reports in it cannot be used; the first: line 1, column 11:"
                + " \"scans\" is not what a report has there");
    assertThat(reports.find(sample())).isInstanceOf(Lookup.Found.class);
    assertThat(reports.find(other)).isInstanceOf(Lookup.Found.class);
  }

  @Test
  void aReportThatKnowsTheSampleCountsBeforeOneThatDoesNot() throws Exception {
    write("a.json", "{\"response_code\": 0, \"resource\": \"%s\"}".formatted(SHA256));
    write("b.json", Reports.virusTotal2(SHA256, MIRAI));

    assertKnows(read(), sample());
  }

  @Test
  void aReportThatNamesNoFileIsAProblem() throws Exception {
    Path file = write("report.json", "{\"scans\": {}}");

    assertThat(read().problems())
        .containsExactly(
            file
                + " is not a report: neither it (by sha256, sha1, md5, id or resource) nor the"
                + " file's name says which file it is about");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"error\": {\"code\": \"QuotaExceededError\", \"message\": \"Quota exceeded\"}}"
            + "|it is an error of the service, QuotaExceededError: its quota was exceeded, ask again",
        "{\"error\": {\"code\": \"TooManyRequestsError\"}}"
            + "|it is an error of the service, TooManyRequestsError: its quota was exceeded, ask again",
        "{\"error\": \"You exceeded the public API request rate limit\", \"response_code\": 204}"
            + "|it is an error of the service: its quota was exceeded, ask again",
        "{\"error\": {\"code\": \"WrongCredentialsError\"}}"
            + "|it is an error of the service, WrongCredentialsError",
        "''"
            + "|it is empty, as VirusTotal v2 and VirusShare answer when their quota is exceeded: ask"
            + " again",
        "{\"scans\": {\"A\": []}|line 1, column 20: it ends in the middle",
        "<html>|line 1, column 1: it is not JSON",
        "{\"scans\": {\"A\": {\"detected\": \"x\"}}}"
            + "|line 1, column 30: \"scans.A.detected\" is not what a report has there",
      })
  void theMessageNamesFileAndReasonForTheSampleOfTheFilesName(String contents, String reason)
      throws Exception {
    Path file = write(SHA256 + ".json", contents);
    ReportFolder reports = read();

    assertThat(reports.problems()).containsExactly(file + " is not a report: " + reason);
    assertThat(reports.find(sample()))
        .isEqualTo(new Lookup.NotReachable(reports.problems().get(0)));
  }

  @Test
  void noMessageNamesAClassOfJava() throws Exception {
    write("not-compressed.json.gz", "{}");
    Files.writeString(folder.resolve("really-not.json.gz"), "{}");
    Files.write(folder.resolve("not-utf8.json"), new byte[] {'{', '"', (byte) 0xff, (byte) 0xfe});
    Path whole = write("cut.json.gz", Reports.virusTotal2(SHA256, MIRAI));
    Files.write(whole, Arrays.copyOf(Files.readAllBytes(whole), 60));
    Files.createSymbolicLink(folder.resolve("self.json"), folder.resolve("self.json"));
    for (String shape : List.of("{\"data\": 3}", "{\"results\": \"x\"}", "{\"av_labels\": [3]}")) {
      write("shape" + shape.length() + ".json", shape);
    }

    assertThat(read().problems())
        .hasSize(7)
        .allSatisfy(
            problem ->
                assertThat(problem)
                    .startsWith(folder.toString())
                    .doesNotContain("Exception", "java.", "com.fasterxml", "org.malassay"));
  }

  @Test
  void reportsOnOtherFilesAreNotKept() throws Exception {
    String line = Reports.virusTotal2("ef".repeat(32), MIRAI).replace(MD5, "1".repeat(32)).strip();
    write("many.jsonl", (line + "\n").repeat(20_000) + Reports.virusTotal2(SHA256, MIRAI));
    ReportFolder reports = read();

    assertKnows(reports, sample());
    assertThat(reports.bySha256()).hasSize(1);
  }

  @Test
  void aNameThatContradictsTheContentsIsNotBelieved() throws Exception {
    write(other.sha256() + ".json", Reports.virusTotal2(SHA256, MIRAI));

    assertThat(read().find(other)).isInstanceOf(Lookup.NotKnown.class);
  }

  @Test
  void whereTheContentsNameNoHashTheNameDoes() throws Exception {
    String json = "{\"scans\": {\"A\": {\"detected\": true, \"result\": \"X\"}}}";
    write("VirusShare_" + MD5 + ".json", json);
    write(other.sha256().toUpperCase(java.util.Locale.ROOT) + ".JSON", json);
    ReportFolder reports = read();

    assertThat(reports.find(sample())).isInstanceOf(Lookup.Found.class);
    assertThat(reports.find(other)).isInstanceOf(Lookup.Found.class);
  }

  @Test
  void aReportKnownBySha1AloneIsFound() throws Exception {
    write("aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d.json", "{\"scans\": {}}");

    assertThat(read().find(other)).isInstanceOf(Lookup.Found.class);
  }

  @Test
  void whatIsNotAReportIsAProblemForItsOwnSampleOnly() throws Exception {
    write("a.json", Reports.virusTotal3(SHA256, MIRAI));
    Path broken = write(other.sha256() + ".json", "{ broken");
    write("notes.txt", "not looked at");
    ReportFolder reports = read();

    assertThat(reports.problems())
        .singleElement()
        .asString()
        .startsWith(broken + " is not a report: line 1, column ");
    assertThat(reports.find(sample())).isInstanceOf(Lookup.Found.class);
    Lookup lookup = reports.find(other);
    assertThat(lookup).isInstanceOf(Lookup.NotReachable.class);
    assertThat(((Lookup.NotReachable) lookup).reason()).startsWith(broken + " is not a report");
  }

  @Test
  void aReportThatSaysNotKnownIsThat() throws Exception {
    write(MD5 + ".json", "{\"response\": 0}");

    assertThat(read().find(sample())).isEqualTo(new Lookup.NotKnown("VirusShare does not know it"));
  }

  @Test
  void ofSeveralReportsTheFirstByPathCounts() throws Exception {
    write("b.json", Reports.virusTotal2(SHA256, labels("B", "X")));
    write("a.json", Reports.virusTotal2(SHA256, labels("A", "X")));

    assertThat(((Lookup.Found) read().find(sample())).report().labels()).containsOnlyKeys("A");
  }

  @Test
  void aFolderWithoutReportsSaysSo() throws Exception {
    assertThat(read().problems())
        .containsExactly(
            folder
                + " holds no reports: no file there ends in .json, .jsonl or .ndjson, or these and"
                + " .gz");
  }

  @Test
  void linksInACircleDoNotTrapTheIndex() throws Exception {
    write("a.json", Reports.virusTotal2(SHA256, MIRAI));
    Files.createSymbolicLink(folder.resolve("again"), folder);
    Files.createSymbolicLink(folder.resolve("self.json"), folder.resolve("self.json"));

    assertThat(read().find(sample())).isInstanceOf(Lookup.Found.class);
  }
}
