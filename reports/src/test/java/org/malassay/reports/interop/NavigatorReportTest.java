package org.malassay.reports.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.reports.MadeUp;
import org.malassay.run.Result;
import org.malassay.run.RunDirectory;

class NavigatorReportTest {
  private final Path runs;

  NavigatorReportTest(@TempDir Path runs) {
    this.runs = runs;
  }

  private static JsonNode layer(RunDirectory run) throws IOException {
    return Recorded.read(Recorded.write(new NavigatorReport(), run, Map.of()));
  }

  @Test
  void aRunIsOneLayer() throws IOException {
    assertThat(layer(Recorded.run(runs))).isEqualTo(Recorded.golden("navigator.json"));
  }

  /** The tables of layers/spec/v4.5/layerformat.md: required properties first. */
  @Test
  void aLayerHasThePropertiesOfTheFormatAndNoOthers() throws IOException {
    JsonNode layer = layer(Recorded.run(runs));
    properties(
        layer,
        Set.of("name", "domain", "versions"),
        Set.of(
            "description",
            "filters",
            "sorting",
            "layout",
            "hideDisabled",
            "techniques",
            "gradient",
            "legendItems",
            "metadata"));
    properties(layer.get("versions"), Set.of("attack", "navigator", "layer"), Set.of());
    properties(layer.get("gradient"), Set.of("colors", "minValue", "maxValue"), Set.of());
    properties(
        layer.get("layout"),
        Set.of("layout", "showID", "showName", "expandedSubtechniques"),
        Set.of());
    properties(layer.get("filters"), Set.of("platforms"), Set.of());
    layer.get("legendItems").forEach(it -> properties(it, Set.of("label", "color"), Set.of()));
    layer.get("metadata").forEach(it -> properties(it, Set.of("name", "value"), Set.of()));
    for (JsonNode technique : layer.get("techniques")) {
      properties(
          technique,
          Set.of("techniqueID", "score"),
          Set.of("comment", "enabled", "showSubtechniques", "metadata", "links"));
      assertThat(technique.get("techniqueID").asText()).matches("T\\d{4}(\\.\\d{3})?");
      assertThat(technique.get("score").isNumber()).isTrue();
      technique.get("metadata").forEach(it -> properties(it, Set.of("name", "value"), Set.of()));
      technique.get("links").forEach(it -> properties(it, Set.of("label", "url"), Set.of()));
    }
    assertThat(layer.at("/domain").asText()).isEqualTo("enterprise-attack");
    assertThat(layer.at("/versions/layer").asText()).isEqualTo("4.5");
    assertThat(layer.at("/versions/attack").asText()).isEqualTo("19");
    assertThat(layer.at("/gradient/maxValue").asLong())
        .isGreaterThan(layer.at("/gradient/minValue").asLong());
  }

  private static void properties(JsonNode object, Set<String> required, Set<String> optional) {
    Set<String> names = new TreeSet<>();
    object.fieldNames().forEachRemaining(names::add);
    Set<String> allowed = new TreeSet<>(required);
    allowed.addAll(optional);
    assertThat(names).containsAll(required).isSubsetOf(allowed);
  }

  @Test
  void theScoreIsTheNumberOfSamplesWhateverTheEnvironments() throws IOException {
    JsonNode technique =
        layer(
                MadeUp.run(
                    runs,
                    List.of(
                        MadeUp.row("container", "a").build(),
                        MadeUp.row("raspbian", "a").build(),
                        MadeUp.row("raspbian", "b").build())))
            .at("/techniques/0");

    assertThat(technique.get("techniqueID").asText()).isEqualTo("T1053.003");
    assertThat(technique.get("score").asInt()).isEqualTo(2);
    assertThat(technique.get("metadata"))
        .extracting(it -> it.get("name").asText() + ": " + it.get("value").asText())
        .contains("samples in container: 1", "samples in raspbian: 2", "samples that did it: 2");
    assertThat(technique.at("/links/0/label").asText()).isEqualTo("Cron");
  }

  @Test
  void aCommentIsBoundedAndShowsHostileNamesPrintable() throws IOException {
    List<Result> results = new ArrayList<>();
    MadeUp.HOSTILE_NAMES.forEach(name -> results.add(MadeUp.row("container", name).build()));
    for (int i = 0; i < 500; i++) {
      results.add(MadeUp.row("container", "x".repeat(1000) + i).build());
    }
    RunDirectory run = MadeUp.run(runs, results);
    JsonNode technique = layer(run).at("/techniques/0");

    assertThat(technique.get("score").asInt()).isEqualTo(results.size());
    assertThat(technique.get("comment").asText())
        .endsWith(", and %d more samples".formatted(results.size() - 5))
        .hasSizeLessThan(1000);
    assertThat(Files.readString(run.path().resolve("navigator.json")))
        .doesNotContainPattern("[\\x00-\\x09\\x0b-\\x1f\\x7f\u202e]");
  }
}
