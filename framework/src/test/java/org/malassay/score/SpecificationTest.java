package org.malassay.score;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The schemas and test files of Sigma's specification, which are no part of the project: {@code
 * -Dsigma.specification=} names a checkout.
 */
@EnabledIfSystemProperty(named = "sigma.specification", matches = ".+")
class SpecificationTest {
  private static final Path FOLDER = Path.of(System.getProperty("sigma.specification", ""));
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  private static JsonSchema schema(String name) throws IOException {
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
        .getSchema(
            new ObjectMapper().readTree(FOLDER.resolve("json-schema").resolve(name).toFile()));
  }

  @Test
  void theProjectsOwnRulesAreAsItsSchemasWantThem() throws Exception {
    JsonSchema rule = schema("sigma-detection-rule-schema.json");
    JsonSchema correlation = schema("sigma-correlation-rules-schema.json");
    int seen = 0;
    for (String file : RuleBook.OWN) {
      Path path = Path.of("src/main/resources/org/malassay/score/rules", file);
      try (MappingIterator<JsonNode> documents =
          YAML.readerFor(JsonNode.class).readValues(path.toFile())) {
        while (documents.hasNextValue()) {
          JsonNode document = documents.nextValue();
          assertThat((document.has("correlation") ? correlation : rule).validate(document))
              .as(document.path("title").asText())
              .isEmpty();
          seen++;
        }
      }
    }
    assertThat(seen).isGreaterThan(RuleBook.own().rules().size());
  }

  /**
   * They are for fields and systems that nobody records here: each is told so, and none an error.
   */
  @Test
  void itsTestFilesAreRead() throws Exception {
    try (Stream<Path> files = Files.walk(FOLDER.resolve("tests/schema"))) {
      for (Path file : files.filter(it -> it.toString().endsWith(".yml")).toList()) {
        JsonNode root = YAML.readTree(file.toFile());
        StringBuilder text = new StringBuilder();
        root.path("correlation")
            .path("rules")
            .forEach(name -> text.append(stub(name.asText())).append("---\n"));
        RuleBook book = Rules.book(text.append(Files.readString(file)).toString());
        boolean temporal = file.getFileName().toString().startsWith("temporal");

        assertThat(book.unevaluated())
            .as(file.toString())
            .singleElement()
            .extracting(RuleBook.Unevaluated::why)
            .asString()
            .contains(temporal ? "ComputerName" : "");
      }
    }
  }

  private static String stub(String name) {
    return """
        title: Stub %1$s
        name: %1$s
        logsource: {category: process_creation}
        detection: {selection: {Image: x}, condition: selection}
        """
        .formatted(name);
  }
}
