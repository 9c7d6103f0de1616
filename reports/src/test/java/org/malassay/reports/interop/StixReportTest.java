package org.malassay.reports.interop;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.label.Label;
import org.malassay.reports.MadeUp;
import org.malassay.run.Result;
import org.malassay.run.RunDirectory;
import org.malassay.score.RuleBook;

class StixReportTest {
  private static final Set<String> OBSERVABLES =
      Set.of(
          "directory",
          "ipv4-addr",
          "ipv6-addr",
          "domain-name",
          "url",
          "file",
          "process",
          "network-traffic",
          "software");

  private final Path runs;

  StixReportTest(@TempDir Path runs) {
    this.runs = runs;
  }

  private static List<JsonNode> bundles(RunDirectory run) throws IOException {
    return Recorded.documents(Recorded.write(new StixReport(), run, Map.of()));
  }

  private static Stream<JsonNode> objects(JsonNode bundle) {
    return StreamSupport.stream(bundle.get("objects").spliterator(), false);
  }

  private static List<JsonNode> of(String type, JsonNode bundle) {
    return objects(bundle).filter(it -> it.get("type").asText().equals(type)).toList();
  }

  private static List<String> values(String type, String property, JsonNode bundle) {
    return of(type, bundle).stream().map(it -> it.path(property).asText()).toList();
  }

  @Test
  void aSampleIsOneBundleForAllEnvironmentsAndAFailureOfTheToolIsNone() throws IOException {
    List<JsonNode> bundles = bundles(Recorded.run(runs));
    for (JsonNode analysis : of("malware-analysis", bundles.get(0))) {
      // another one with every change of a rule
      assertThat(analysis.path("analysis_definition_version").asText())
          .isEqualTo(RuleBook.own().digest());
      ((ObjectNode) analysis).put("analysis_definition_version", "RULES");
    }
    assertThat(bundles).containsExactly(Recorded.golden("stix.json"));
  }

  @Test
  void whatWasAnsweredByTheSimulatedInternetIsNowhere() throws IOException {
    JsonNode bundle = bundles(Recorded.run(runs)).get(0);

    assertThat(bundle.toString()).doesNotContain(Recorded.ANSWERS);
    assertThat(values("domain-name", "value", bundle))
        .containsExactly("cnc.example", "files.example", "gate.example");
    assertThat(values("ipv4-addr", "value", bundle))
        .containsExactly("8.8.8.8", "198.51.100.23", "203.0.113.200");
    assertThat(values("url", "value", bundle))
        .containsExactly("http://files.example:8080/bins/arm7?a=b%20c", "http://cnc.example/x");
    assertThat(values("indicator", "pattern", bundle))
        .contains("[ipv4-addr:value = '198.51.100.23']", "[domain-name:value = 'cnc.example']")
        .doesNotContain("[ipv4-addr:value = '8.8.8.8']");
    assertThat(of("note", bundle).get(0).get("content").asText())
        .contains(
            "left out: 20 addresses at tcp port 23, which a scan met",
            "calls: missing (no rights)");
  }

  @Test
  void everyObjectHasWhatTheStandardRequiresAndRefersToWhatIsThere() throws IOException {
    for (JsonNode bundle : bundles(Recorded.run(runs))) {
      Set<String> ids = objects(bundle).map(it -> it.get("id").asText()).collect(toSet());
      assertThat(ids).hasSize(bundle.get("objects").size());
      objects(bundle)
          .forEach(
              object -> {
                String type = object.get("type").asText();
                assertThat(object.get("id").asText())
                    .matches(type + "--[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab].{3}-.{12}");
                assertThat(object.get("spec_version").asText()).isEqualTo("2.1");
                if (!OBSERVABLES.contains(type) && !type.equals("marking-definition")) {
                  assertThat(object.get("created").asText()).matches("2026-.*T.*\\.\\d{3}Z");
                  assertThat(object.get("modified")).isEqualTo(object.get("created"));
                }
                references(object).forEach(id -> assertThat(ids).contains(id));
                required(type).forEach(name -> assertThat(object.has(name)).as(name).isTrue());
              });
    }
  }

  private static List<String> required(String type) {
    return switch (type) {
      case "malware" -> List.of("is_family", "name", "sample_refs");
      case "malware-analysis" -> List.of("product", "result", "sample_ref");
      case "attack-pattern" -> List.of("name", "external_references");
      case "indicator" -> List.of("pattern", "pattern_type", "valid_from");
      case "observed-data" ->
          List.of("first_observed", "last_observed", "number_observed", "object_refs");
      case "relationship" -> List.of("relationship_type", "source_ref", "target_ref");
      case "note" -> List.of("content", "object_refs");
      case "identity", "software" -> List.of("name");
      case "network-traffic" -> List.of("protocols", "dst_ref");
      case "file" -> List.of("name");
      case "process" -> List.of("pid");
      case "directory" -> List.of("path");
      case "marking-definition" -> List.of("definition_type", "definition", "created");
      default -> List.of("value");
    };
  }

  private static Stream<String> references(JsonNode object) {
    return object.properties().stream()
        .filter(it -> it.getKey().endsWith("_ref") || it.getKey().endsWith("_refs"))
        .map(Map.Entry::getValue)
        .flatMap(
            it ->
                it.isArray()
                    ? StreamSupport.stream(it.spliterator(), false).map(JsonNode::asText)
                    : Stream.of(it.asText()));
  }

  /** As stix2 for Python, by OASIS, makes them. */
  @Test
  void observablesHaveTheIdentifiersThatOthersGiveThem() {
    assertThat(StixIds.observable("ipv4-addr", Map.of("value", "198.51.100.3")))
        .isEqualTo("ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4");
    assertThat(StixIds.observable("domain-name", Map.of("value", "example.com")))
        .isEqualTo("domain-name--bedb4899-d24b-5401-bc86-8f6b4cc18ec7");
  }

  @Test
  void aFileOfWhichABeginningWasKeptHasNoDigest() throws IOException {
    JsonNode bundle = bundles(Recorded.run(runs)).get(0);
    assertThat(of("file", bundle))
        .filteredOn(it -> it.get("name").asText().equals("all"))
        .singleElement()
        .matches(it -> !it.has("hashes"));
    assertThat(of("file", bundle))
        .filteredOn(it -> it.get("name").asText().equals("x"))
        .singleElement()
        .extracting(it -> it.at("/hashes/SHA-256").asText())
        .isEqualTo(MadeUp.sha256("/tmp/x"));
  }

  @Test
  void aProgramThatTheSimulatedInternetMayHaveGivenOutIsNeitherDroppedNorAnIndicator()
      throws IOException {
    JsonNode bundle =
        bundles(Recorded.run(runs, Recorded.bot("container"), Recorded.dropper().stream())).get(0);

    assertThat(values("indicator", "pattern", bundle))
        .contains("[file:hashes.'SHA-256' = '%s']".formatted(MadeUp.sha256("/tmp/own")))
        .noneMatch(pattern -> pattern.contains(MadeUp.sha256("/tmp/given")));
    assertThat(howRelated(bundle, "own")).isEqualTo("drops: ");
    assertThat(howRelated(bundle, "given"))
        .isEqualTo("related-to: perhaps what the simulated Internet answered");
    assertThat(of("note", bundle).get(0).get("content").asText())
        .contains("1 files: perhaps what the simulated Internet answered");
  }

  /** How the one relationship to the file of this name is called and described. */
  private static String howRelated(JsonNode bundle, String fileName) {
    String file =
        of("file", bundle).stream()
            .filter(it -> it.path("name").asText().equals(fileName))
            .map(it -> it.get("id").asText())
            .findFirst()
            .orElseThrow();
    return of("relationship", bundle).stream()
        .filter(it -> it.get("target_ref").asText().equals(file))
        .map(it -> it.get("relationship_type").asText() + ": " + it.path("description").asText())
        .collect(joining("; "));
  }

  @Test
  void aSampleThatNobodyCallsMalwareAndThatDidNothingGraveIsNone() throws IOException {
    Result harmless =
        MadeUp.row("container", "ls").label(Label.missing("no source")).withoutHits().build();
    JsonNode bundle = bundles(Recorded.run(runs, harmless, Recorded.bot().stream())).get(0);

    assertThat(of("malware", bundle)).isEmpty();
    assertThat(of("indicator", bundle)).isEmpty();
    assertThat(of("malware-analysis", bundle).get(0).get("result").asText())
        .isIn("unknown", "suspicious");
    assertThat(values("relationship", "relationship_type", bundle)).containsOnly("related-to");
  }

  @Test
  void theColourIsAnOption() throws IOException {
    RunDirectory run = Recorded.run(runs);
    Path written = Recorded.write(new StixReport(), run, Map.of("stix.tlp", "green"));
    JsonNode bundle = Recorded.documents(written).get(0);
    assertThat(of("marking-definition", bundle)).hasSize(1);
    assertThat(of("malware", bundle).get(0).at("/object_marking_refs/0").asText())
        .isEqualTo("marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da");
    assertThatThrownBy(() -> Recorded.write(new StixReport(), run, Map.of("stix.tlp", "blue")))
        .hasMessageStartingWith(
            "-Dstix.tlp=blue: not a colour of the Traffic Light Protocol; there is: white, green,"
                + " amber, red");
  }

  @Test
  void hostileTextIsBoundedAndWellFormed() throws IOException {
    List<JsonNode> bundles = bundles(Recorded.hostileRun(runs));
    assertThat(bundles)
        .hasSize(MadeUp.HOSTILE_NAMES.size())
        .allSatisfy(
            bundle ->
                assertThat(bundle.toString())
                    .hasSizeLessThan(1 << 20)
                    .doesNotContainPattern("[\\x00-\\x1f\\x7f\u202e]"));
    assertThat(bundles.stream().flatMap(it -> of("file", it).stream()))
        .isNotEmpty()
        .allMatch(file -> file.has("name") || file.has("hashes"));
    assertThat(bundles.stream().flatMap(it -> values("url", "value", it).stream()))
        .isNotEmpty()
        .allMatch(url -> url.matches("http://[a-z0-9.-]+[!-~]*"));
    assertThat(bundles.stream().flatMap(it -> values("domain-name", "value", it).stream()))
        .containsExactly("a.example");
    assertThat(bundles.stream().flatMap(it -> values("ipv4-addr", "value", it).stream()))
        .containsExactly("198.51.100.9");
  }
}
