package org.malassay.reports.interop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.behavior.Endpoint;
import org.malassay.behavior.Event;
import org.malassay.label.Label;
import org.malassay.reports.MadeUp;
import org.malassay.run.RunDirectory;
import org.malassay.sample.Digest;

class MispReportTest {
  /** Of the list of valid combinations of category and type in the core format, those used here. */
  private static final Map<String, Set<String>> TYPES =
      Map.of(
          "Network activity",
          Set.of("domain", "hostname", "url", "ip-dst", "ip-dst|port", "hostname|port"),
          "Payload delivery",
          Set.of("filename", "md5", "sha256"),
          "Artifacts dropped",
          Set.of("filename", "sha256", "text"),
          "External analysis",
          Set.of("text"),
          "Internal reference",
          Set.of("comment"),
          "Other",
          Set.of("size-in-bytes", "text"));

  private final Path runs;

  MispReportTest(@TempDir Path runs) {
    this.runs = runs;
  }

  private static JsonNode event(RunDirectory run) throws IOException {
    List<JsonNode> documents = Recorded.documents(Recorded.write(new MispReport(), run, Map.of()));
    assertThat(documents).hasSize(1);
    return documents.get(0).get("Event");
  }

  private static List<JsonNode> attributes(JsonNode event) {
    List<JsonNode> all = new ArrayList<>();
    event.get("Attribute").forEach(all::add);
    event.get("Object").forEach(object -> object.get("Attribute").forEach(all::add));
    return all;
  }

  @Test
  void aSampleIsOneEventForAllEnvironmentsAndAFailureOfTheToolIsNone() throws IOException {
    JsonNode event = event(Recorded.run(runs));
    assertThat(event).isEqualTo(Recorded.golden("misp.json").get("Event"));
  }

  /** The required properties of the core format, and their types in PyMISP's schema.json. */
  @Test
  void anEventHasWhatTheFormatRequires() throws IOException {
    JsonNode event = event(Recorded.run(runs));
    for (String text :
        List.of(
            "uuid", "info", "date", "threat_level_id", "analysis", "distribution", "timestamp")) {
      assertThat(event.get(text).isTextual()).as(text).isTrue();
    }
    assertThat(event.get("published").isBoolean()).isTrue();
    assertThat(event.get("distribution").asText()).isEqualTo("0");
    assertThat(event.get("Orgc").get("uuid").isTextual()).isTrue();
    for (JsonNode tag : event.get("Tag")) {
      assertThat(tag.get("name").isTextual() && tag.get("exportable").isBoolean()).isTrue();
    }
    for (JsonNode object : event.get("Object")) {
      assertThat(object.get("name").asText()).isEqualTo("file");
      assertThat(object.get("template_version").isTextual()).isTrue();
    }
    Set<String> uuids = new HashSet<>();
    for (JsonNode attribute : attributes(event)) {
      for (String text : List.of("uuid", "value", "comment", "distribution", "timestamp")) {
        assertThat(attribute.get(text).isTextual()).as(text).isTrue();
      }
      assertThat(attribute.get("to_ids").isBoolean()).isTrue();
      assertThat(attribute.get("value").asText()).isNotEmpty();
      assertThat(TYPES.get(attribute.get("category").asText()))
          .contains(attribute.get("type").asText());
      assertThat(uuids.add(attribute.get("uuid").asText())).isTrue();
    }
  }

  @Test
  void whatIsLookedForElsewhereIsWhatTheSampleBroughtAlong() throws IOException {
    JsonNode event = event(Recorded.run(runs));

    assertThat(event.toString()).doesNotContain(Recorded.ANSWERS).doesNotContain("192.0.2.1\"");
    assertThat(attributes(event))
        .filteredOn(it -> it.get("to_ids").asBoolean())
        .extracting(it -> it.get("type").asText() + " " + it.get("value").asText())
        .containsExactlyInAnyOrder(
            "domain cnc.example",
            "domain files.example",
            "domain gate.example",
            "url http://files.example:8080/bins/arm7?a=b%20c",
            "url http://cnc.example/x",
            "hostname|port cnc.example|6667",
            "hostname|port files.example|8080",
            "hostname|port cnc.example|443",
            "ip-dst|port 198.51.100.23|4444",
            "ip-dst|port 2001:db8::7|4445",
            "ip-dst|port 203.0.113.200|9999",
            "md5 " + MadeUp.sha256("bots/bot.arm7").substring(0, 32),
            "sha256 " + MadeUp.sha256("bots/bot.arm7"),
            "sha256 " + MadeUp.sha256("/tmp/x"));
    assertThat(event.get("Tag"))
        .extracting(it -> it.get("name").asText())
        .containsExactly("tlp:amber", "misp-galaxy:mitre-attack-pattern=\"Cron - T1053.003\"");
  }

  @Test
  void aProgramThatTheSimulatedInternetMayHaveGivenOutIsLookedForNowhere() throws IOException {
    JsonNode event =
        event(Recorded.run(runs, Recorded.bot("container"), Recorded.dropper().stream()));
    assertThat(digest(event, "/tmp/own")).isEqualTo("true: ");
    assertThat(digest(event, "/tmp/given"))
        .isEqualTo("false: perhaps what the simulated Internet answered");
  }

  /** Whether the digest of the file is for detection, and its comment. */
  private static String digest(JsonNode event, String path) {
    return attributes(event).stream()
        .filter(it -> it.get("value").asText().equals(MadeUp.sha256(path)))
        .map(it -> it.get("to_ids").asText() + ": " + it.get("comment").asText())
        .collect(joining("; "));
  }

  @Test
  void whatASecondEnvironmentTellsIsInTheComments() throws IOException {
    RunDirectory run = Recorded.run(runs);
    Event resolver = Recorded.conversation("udp", new Endpoint("8.8.8.8", 53), "dns", "");
    Event asked =
        Recorded.question("dns", new Endpoint("8.8.8.8", 53), "A cnc.example", "198.18.7.9");
    Recorded.record(
        run,
        Recorded.bot("raspbian"),
        Stream.of(
            asked, asked, resolver, resolver, Recorded.kept("/tmp/x", 5, 5, "ELF executable")));
    JsonNode event = event(run);

    assertThat(comments(event, "cnc.example")).containsExactly("asked for, in container, raspbian");
    assertThat(comments(event, "8.8.8.8|53"))
        .containsExactly(
            "udp, dns, 1 times, 0 bytes sent, in container; udp, dns, 2 times, 0 bytes sent, in"
                + " raspbian");
    assertThat(event.get("Object"))
        .extracting(it -> it.get("comment").asText())
        .containsExactly(
            "The sample", "Made or changed in container, raspbian", "Made or changed in container");
  }

  private static List<String> comments(JsonNode event, String value) {
    return attributes(event).stream()
        .filter(it -> it.get("value").asText().equals(value))
        .map(it -> it.get("comment").asText())
        .toList();
  }

  @Test
  void whatWasGivenOutInOneEnvironmentIsNoIndicatorOfAnother() throws IOException {
    RunDirectory run = Recorded.run(runs);
    Recorded.record(
        run,
        Recorded.bot("raspbian"),
        Stream.of(
            Recorded.question("ftp", new Endpoint("8.8.8.8", 21), "RETR x", "5 bytes (page)")));
    assertThat(digest(event(run), "/tmp/x")).startsWith("false: ");
  }

  @Test
  void nothingOfAHarmlessSampleIsLookedForElsewhere() throws IOException {
    RunDirectory run =
        Recorded.run(
            runs,
            MadeUp.row("container", "ls").label(Label.missing("")).withoutHits().build(),
            Recorded.bot().stream());
    assertThat(attributes(event(run))).noneMatch(it -> it.get("to_ids").asBoolean());
  }

  /** As PyMISP's generator of feeds writes one. */
  @Test
  void theFolderIsAFeed() throws IOException {
    RunDirectory run = Recorded.run(runs);
    String uuid = event(run).get("uuid").asText();
    JsonNode manifest = Recorded.read(run.path().resolve("misp/manifest.json"));

    assertThat(manifest.fieldNames()).toIterable().containsExactly(uuid);
    assertThat(manifest.get(uuid).fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder(
            "info", "date", "threat_level_id", "analysis", "timestamp", "Orgc", "Tag");
    assertThat(Files.readAllLines(run.path().resolve("misp/hashes.csv")))
        .contains(
            Digest.of("198.51.100.23".getBytes(UTF_8)).md5() + "," + uuid,
            Digest.of("cnc.example".getBytes(UTF_8)).md5() + "," + uuid);
    assertThat(run.path().resolve("misp").resolve(uuid + ".json")).exists();
  }

  @Test
  void hostileTextIsBoundedAndWellFormed() throws IOException {
    List<JsonNode> documents =
        Recorded.documents(Recorded.write(new MispReport(), Recorded.hostileRun(runs), Map.of()));
    assertThat(documents).hasSize(MadeUp.HOSTILE_NAMES.size());
    for (JsonNode document : documents) {
      assertThat(document.toString())
          .hasSizeLessThan(1 << 20)
          .doesNotContainPattern("[\\x00-\\x1f\\x7f\u202e]");
      for (JsonNode attribute : attributes(document.get("Event"))) {
        assertThat(attribute.get("value").asText()).isNotEmpty().hasSizeLessThan(2100);
      }
    }
  }
}
