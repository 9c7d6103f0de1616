package org.malassay.label;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.malassay.options.Values;

/**
 * The score of each category. The tables that come with Malassay cite the source of each row; no
 * vendor publishes numbers, so they are a mapping of published tiers, by judgement.
 *
 * @param name the name of a table that comes with Malassay, or the user's file
 * @param scores by category, and for {@link #UNKNOWN}; each from 0 to 10
 */
public record ThreatTable(String name, Map<String, Double> scores) {
  /** The key of samples that were detected without a category being named. */
  static final String UNKNOWN = "unknown";

  /** The names of the tables that come with Malassay. */
  public static final List<String> SHIPPED = List.of("default", "f-secure", "kaspersky");

  private static final ObjectReader JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build()
          .readerFor(JsonNode.class);

  public ThreatTable {
    scores = Map.copyOf(scores);
  }

  /**
   * The table of a name, or of a file of the user's.
   *
   * @throws IllegalArgumentException if there is none, or it has errors; the message names the file
   *     and the key
   */
  public static ThreatTable of(String nameOrFile) {
    if (SHIPPED.contains(nameOrFile)) {
      String resource = "threat-" + nameOrFile + ".json";
      try (InputStream in = ThreatTable.class.getResourceAsStream(resource)) {
        return parse(Objects.requireNonNull(in, resource).readAllBytes(), nameOrFile);
      } catch (IOException e) {
        throw new UncheckedIOException(resource, e);
      }
    }
    Path file = Values.path(nameOrFile);
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException(
          "neither a file nor a table that comes with Malassay, which are "
              + String.join(", ", SHIPPED));
    }
    try {
      return parse(Files.readAllBytes(file), nameOrFile);
    } catch (IOException e) {
      throw new IllegalArgumentException(nameOrFile + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static ThreatTable parse(byte[] json, String name) {
    JsonNode root;
    try {
      root = JSON.readValue(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "%s, line %d: %s"
              .formatted(
                  name,
                  e.getLocation() == null ? 1 : e.getLocation().getLineNr(),
                  e.getOriginalMessage()),
          e);
    } catch (IOException e) {
      throw new IllegalArgumentException(name + " is not text in UTF-8", e);
    }
    JsonNode rows = root.path("scores");
    if (!rows.isObject()) {
      throw new IllegalArgumentException(
          name
              + " has no \"scores\": {\"CATEGORY\": {\"score\": 0..10, \"source\": \"...\"}, ...}");
    }
    List<String> keys = new ArrayList<>(Vocabulary.load().categories());
    keys.add(UNKNOWN);
    Map<String, Double> scores = new TreeMap<>();
    rows.properties()
        .forEach(
            row -> {
              if (!keys.contains(row.getKey())) {
                throw new IllegalArgumentException(
                    "%s: \"%s\" is not a category; these are: %s"
                        .formatted(name, row.getKey(), String.join(", ", keys)));
              }
              JsonNode score = row.getValue().path("score");
              if (!score.isNumber() || score.asDouble() < 0 || score.asDouble() > 10) {
                throw new IllegalArgumentException(
                    "%s: the \"score\" of \"%s\" must be a number from 0 to 10, not %s"
                        .formatted(
                            name,
                            row.getKey(),
                            score.isMissingNode() ? "absent" : score.toString()));
              }
              scores.put(row.getKey(), score.asDouble());
            });
    keys.removeAll(scores.keySet());
    if (!keys.isEmpty()) {
      throw new IllegalArgumentException(name + " has no score for: " + String.join(", ", keys));
    }
    return new ThreatTable(name, scores);
  }

  /**
   * The score of a sample by this table, from 0 to 10, whatever table its label was scored by.
   *
   * @return empty where the label is one that has no score, or names a category of another version
   */
  public OptionalDouble score(Label label) {
    Double score =
        switch (label.status()) {
          case LABELLED, UNKNOWN_CATEGORY -> scores.get(label.category().orElse(UNKNOWN));
          case WEAK, NOT_DETECTED, MISSING -> null;
        };
    return score == null ? OptionalDouble.empty() : OptionalDouble.of(score);
  }

  /** The score of a category of the vocabulary, or of {@link #UNKNOWN}. */
  double score(String category) {
    return Objects.requireNonNull(scores.get(category), category);
  }
}
