package org.malassay.reports.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.behavior.Recording;
import org.malassay.reports.MadeUp;
import org.malassay.run.RunDirectory;

class CapeReportTest {
  private final Path runs;

  CapeReportTest(@TempDir Path runs) {
    this.runs = runs;
  }

  private static Path written(RunDirectory run) throws IOException {
    return Recorded.write(new CapeReport(), run, Map.of());
  }

  private static JsonNode report(RunDirectory run) throws IOException {
    return Recorded.documents(written(run)).get(0);
  }

  @Test
  void aRowIsOneReportInTheFolderOfAnArchiveAndAFailureOfTheToolIsNone() throws IOException {
    RunDirectory run = Recorded.run(runs);
    Path folder = written(run);
    String sha256 = MadeUp.sha256("bots/bot.arm7");

    assertThat(Recorded.documents(folder)).hasSize(2);
    assertThat(
            Recorded.read(
                folder.resolve("container").resolve(sha256).resolve("reports/report.json")))
        .isEqualTo(Recorded.golden("cape.json"));
    assertThat(folder.resolve("raspbian").resolve(sha256).resolve("reports/report.json")).exists();
  }

  /** What the module cuckooimport of MISP looks up without a default. */
  @Test
  void itsReaderFindsWhatItLooksFor() throws IOException {
    JsonNode report = report(Recorded.run(runs));
    has(report.get("info"), "score", "duration", "machine");
    has(report.at("/info/machine"), "started_on", "name", "label");
    assertThat(report.at("/target/category").asText()).isEqualTo("file");
    has(report.at("/target/file"), "name");
    each(report.at("/network/http"), "host", "method", "uri", "user-agent", "count", "port");
    each(report.at("/network/tcp"), "src", "dst", "sport", "dport", "time");
    each(report.at("/network/udp"), "src", "dst", "sport", "dport", "time");
    each(report.at("/network/dns"), "type", "request", "answers");
    each(report.get("signatures"), "marks", "description", "ttp");
    each(report.at("/signatures/0/marks"), "type");
    each(report.at("/signatures/0/ttp"), "short");
    each(report.get("dropped"), "path", "name", "filepath", "sha256");
    JsonNode root = report.at("/behavior/processtree/0");
    has(root, "pid", "command_line", "process_name", "ppid", "children");
    assertThat(root.at("/children/0/pid").asInt()).isEqualTo(8);
    assertThat(report.at("/network/http/0/user-agent").asText()).isEqualTo("Bot/1");
  }

  private static void each(JsonNode list, String... keys) {
    assertThat(list).isNotEmpty().allSatisfy(it -> has(it, keys));
  }

  private static void has(JsonNode object, String... keys) {
    assertThat(List.of(keys)).allMatch(object::has);
  }

  @Test
  void whatWasAnsweredByTheSimulatedInternetIsNowhere() throws IOException {
    JsonNode report = report(Recorded.run(runs));
    assertThat(report.toString()).doesNotContain(Recorded.ANSWERS);
    assertThat(report.at("/network/hosts"))
        .extracting(it -> it.get("ip").asText())
        .containsExactly("8.8.8.8", "198.51.100.23", "2001:db8::7", "203.0.113.200");
  }

  @Test
  void aProgramThatTheSimulatedInternetMayHaveGivenOutIsNotDropped() throws IOException {
    JsonNode report =
        report(Recorded.run(runs, Recorded.bot("container"), Recorded.dropper().stream()));
    assertThat(report.get("dropped"))
        .extracting(it -> it.get("filepath").asText())
        .containsExactly("/tmp/own");
    assertThat(report.at("/debug/errors"))
        .extracting(JsonNode::asText)
        .contains("1 files: perhaps what the simulated Internet answered");
  }

  @Test
  void whatNobodyObservedHasNoScoreAndSaysSo() throws IOException {
    JsonNode report =
        report(
            MadeUp.run(
                runs,
                List.of(
                    MadeUp.row("container", "a").recording(Recording.OFF).withoutHits().build())));
    assertThat(report.get("malscore").isNull()).isTrue();
    assertThat(report.at("/info/score").isNull()).isTrue();
    assertThat(report.get("malstatus").asText()).isEqualTo("Unknown");
    assertThat(report.at("/debug/errors")).extracting(JsonNode::asText).contains("calls: off");
  }

  @Test
  void hostileTextIsBoundedAndWellFormed() throws IOException {
    assertThat(Recorded.documents(written(Recorded.hostileRun(runs))))
        .hasSize(MadeUp.HOSTILE_NAMES.size())
        .allSatisfy(
            report ->
                assertThat(report.toString())
                    .hasSizeLessThan(1 << 20)
                    .doesNotContainPattern("[\\x00-\\x1f\\x7f\u202e]"));
  }
}
