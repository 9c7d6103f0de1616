package org.malassay.reports.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.label.Label;
import org.malassay.reports.MadeUp;
import org.malassay.run.RunDirectory;

/**
 * OASIS's JSON schemas of STIX 2.1, which are no part of the project: {@code mvn test -pl reports
 * -am -Dtest=StixSchemaTest -Dexcluded.tests= -Dstix.schemas=DIR}, the folder schemas of a checkout
 * of oasis-open/cti-stix2-json-schemas.
 */
@Tag("checkout")
class StixSchemaTest {
  private static final Path FOLDER =
      Path.of(System.getProperty("stix.schemas", "no-stix.schemas-given"));
  private static final String AT =
      "http://raw.githubusercontent.com/oasis-open/cti-stix2-json-schemas/stix2.1/schemas/";

  private final Map<String, String> texts = new HashMap<>();

  private JsonSchemaFactory factory() throws IOException {
    try (Stream<Path> files = Files.walk(FOLDER)) {
      for (Path file : files.filter(it -> it.toString().endsWith(".json")).toList()) {
        texts.put(AT + FOLDER.relativize(file), Files.readString(file));
      }
    }
    return JsonSchemaFactory.getInstance(
        SpecVersion.VersionFlag.V202012,
        builder -> builder.schemaLoaders(loaders -> loaders.schemas(texts)));
  }

  private static JsonSchema schema(JsonSchemaFactory factory, String type) {
    String folder =
        switch (type) {
          case "relationship" -> "sros/";
          case "bundle", "marking-definition" -> "common/";
          case "attack-pattern",
              "identity",
              "indicator",
              "malware",
              "malware-analysis",
              "note",
              "observed-data" ->
              "sdos/";
          default -> "observables/";
        };
    return factory.getSchema(SchemaLocation.of(AT + folder + type + ".json"));
  }

  private void check(RunDirectory run) throws IOException {
    JsonSchemaFactory factory = factory();
    Path written = Recorded.write(new StixReport(), run, Map.of());
    assertThat(Recorded.documents(written)).isNotEmpty();
    for (JsonNode bundle : Recorded.documents(written)) {
      assertThat(schema(factory, "bundle").validate(withoutNotes(bundle))).isEmpty();
      for (JsonNode object : bundle.get("objects")) {
        String type = object.get("type").asText();
        assertThat(
                schema(factory, type)
                    .validate(
                        object,
                        context -> context.getExecutionConfig().setFormatAssertionsEnabled(true)))
            .as(object.toString())
            .isEmpty();
      }
    }
  }

  /** The schema of bundles has a list of types, in which the standard's note is missing. */
  private static JsonNode withoutNotes(JsonNode bundle) {
    ObjectNode copy = bundle.deepCopy();
    ArrayNode objects = copy.putArray("objects");
    bundle
        .get("objects")
        .forEach(
            object -> {
              if (!object.get("type").asText().equals("note")) {
                objects.add(object);
              }
            });
    return copy;
  }

  @Test
  void theBundlesOfARunAreAsTheSchemasWantThem(@TempDir Path runs) throws IOException {
    check(Recorded.run(runs));
  }

  @Test
  void soAreThoseOfAHarmlessSample(@TempDir Path runs) throws IOException {
    check(
        Recorded.run(
            runs,
            MadeUp.row("container", "ls").label(Label.missing("")).withoutHits().build(),
            Recorded.bot().stream()));
  }

  @Test
  void soAreThoseOfAHostileOne(@TempDir Path runs) throws IOException {
    check(Recorded.hostileRun(runs));
  }

  /** That a schema is applied at all. */
  @Test
  void whatIsWrongIsFound() throws IOException {
    JsonNode golden = Recorded.golden("stix.json").deepCopy();
    JsonNode malware =
        Stream.iterate(0, i -> i + 1)
            .map(i -> golden.at("/objects/" + i))
            .filter(it -> it.path("type").asText().equals("malware"))
            .findFirst()
            .orElseThrow();
    ((ObjectNode) malware).remove("is_family");
    assertThat(schema(factory(), "malware").validate(malware)).isNotEmpty();
  }
}
