package org.malassay.label;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the three shapes of file report in use, told apart by what is in them:
 *
 * <ul>
 *   <li>VirusShare API v2: {@code response}, with a VirusTotal report in {@code virustotal} (<a
 *       href="https://virusshare.com/apiv2_reference">reference</a>)
 *   <li>VirusTotal v2: {@code scans} (<a
 *       href="https://docs.virustotal.com/v2.0/reference/file-report">reference</a>)
 *   <li>VirusTotal v3: {@code data.attributes.last_analysis_results} (<a
 *       href="https://docs.virustotal.com/reference/files">reference</a>)
 * </ul>
 *
 * Reports are not trusted: size and depth are bounded, and of all that they hold only the parts
 * named above are kept in memory.
 */
final class ReportReader {
  /** More than any real report, which are some 20 to 200 KiB. */
  static final int MAX_BYTES = 8 << 20;

  private static final int MAX_ENGINES = 1000;
  private static final int MAX_LABEL = 300;
  private static final Set<String> ANSWERS =
      Set.of("malicious", "suspicious", "undetected", "harmless");
  private static final Set<String> DETECTIONS = Set.of("malicious", "suspicious");

  private static final ObjectReader JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(100)
                          .maxNameLength(1000)
                          .maxStringLength(100_000)
                          .build())
                  .build())
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          // PHP writes an empty map as an empty list.
          .enable(DeserializationFeature.ACCEPT_EMPTY_ARRAY_AS_NULL_OBJECT)
          .build()
          .readerFor(Shape.class);

  private ReportReader() {}

  /**
   * Reads a file.
   *
   * @throws ReportException if it is not a report; the message names the file
   * @throws IOException if it cannot be read
   */
  static Lookup read(Path file) throws IOException {
    byte[] json;
    try (InputStream in = Files.newInputStream(file)) {
      json = in.readNBytes(MAX_BYTES + 1);
    }
    return read(json, file.toString());
  }

  /**
   * Reads a report.
   *
   * @param name what to call it in messages
   * @return {@link Lookup.Found}, or {@link Lookup.NotKnown} when the report says so
   * @throws ReportException if it is not a report; the message begins with the name
   */
  static Lookup read(byte[] json, String name) throws ReportException {
    if (json.length > MAX_BYTES) {
      throw new ReportException(
          name + " is not a report: larger than " + (MAX_BYTES >> 20) + " MiB");
    }
    Shape shape;
    try {
      shape = JSON.readValue(json);
    } catch (JsonProcessingException e) {
      throw new ReportException(name + " is not a report: " + describe(e));
    } catch (IOException e) {
      throw new ReportException(name + " is not a report: it is not text in UTF-8");
    }
    if (shape == null) {
      throw new ReportException(name + " is not a report: it is null");
    }
    return interpret(shape, name);
  }

  private static Lookup interpret(Shape shape, String name) throws ReportException {
    if (shape.attributes() != null) {
      return new Lookup.Found(virusTotal3(shape.attributes(), name));
    }
    if (shape.data() != null && shape.data().attributes() != null) {
      return new Lookup.Found(virusTotal3(shape.data().attributes(), name));
    }
    if (shape.error() != null && "NotFoundError".equals(shape.error().code())) {
      return new Lookup.NotKnown("VirusTotal does not know it");
    }
    if (shape.response() != null) {
      return virusShare(shape, shape.response(), name);
    }
    if (shape.scans() != null) {
      return new Lookup.Found(scans(shape.scans(), "VirusTotal", shape, name));
    }
    if (shape.responseCode() != null && shape.responseCode() <= 0) {
      // 0: not in the data set; -2: queued, not analysed yet.
      return new Lookup.NotKnown("VirusTotal does not know it");
    }
    throw new ReportException(
        name
            + " is not a report: it has neither a VirusShare \"response\", nor VirusTotal"
            + " \"scans\", nor \"data.attributes.last_analysis_results\"");
  }

  /** 0: not found; 1: malware; 2: benign. The engines' own words count, where there are any. */
  private static Lookup virusShare(Shape shape, int response, String name) throws ReportException {
    Shape embedded = shape.virustotal();
    if (embedded != null && embedded.scans() != null && response != 0) {
      return new Lookup.Found(scans(embedded.scans(), "VirusShare", shape, name));
    }
    return switch (response) {
      case 0 -> new Lookup.NotKnown("VirusShare does not know it");
      case 1 -> new Lookup.NotKnown("VirusShare holds it as malware, but no engine's label of it");
      case 2 -> new Lookup.Found(new EngineReport("VirusShare", hashes(shape), 0, new TreeMap<>()));
      default -> throw new ReportException(name + " is not a report: \"response\" is " + response);
    };
  }

  private static EngineReport scans(
      Map<String, @Nullable Scan> scans, String source, Shape shape, String name)
      throws ReportException {
    bound(scans, name);
    SortedMap<String, String> labels = new TreeMap<>();
    scans.forEach(
        (engine, scan) -> {
          if (scan != null && scan.detected()) {
            labels.put(engine, label(scan.result()));
          }
        });
    return new EngineReport(source, hashes(shape), scans.size(), labels);
  }

  private static EngineReport virusTotal3(Attributes attributes, String name)
      throws ReportException {
    Map<String, @Nullable Analysis> results = attributes.results();
    if (results == null) {
      throw new ReportException(
          name + " is not a report: \"data.attributes\" has no \"last_analysis_results\"");
    }
    bound(results, name);
    SortedMap<String, String> labels = new TreeMap<>();
    int engines = 0;
    for (var entry : results.entrySet()) {
      Analysis analysis = entry.getValue();
      if (analysis != null && ANSWERS.contains(String.valueOf(analysis.category()))) {
        engines++;
        if (DETECTIONS.contains(String.valueOf(analysis.category()))) {
          labels.put(entry.getKey(), label(analysis.result()));
        }
      }
    }
    return new EngineReport(
        "VirusTotal",
        hashes(attributes.md5(), attributes.sha1(), attributes.sha256()),
        engines,
        labels);
  }

  private static void bound(Map<String, ?> engines, String name) throws ReportException {
    if (engines.size() > MAX_ENGINES) {
      throw new ReportException(name + " is not a report: it names " + engines.size() + " engines");
    }
  }

  private static String label(@Nullable String result) {
    return result == null ? "" : result.substring(0, Math.min(result.length(), MAX_LABEL));
  }

  private static Set<String> hashes(Shape shape) {
    return hashes(shape.md5(), shape.sha1(), shape.sha256());
  }

  private static Set<String> hashes(@Nullable String... texts) {
    Set<String> hashes = new HashSet<>();
    for (String text : texts) {
      if (text != null && text.matches("[0-9A-Fa-f]{32,64}")) {
        hashes.add(text.toLowerCase(Locale.ROOT));
      }
    }
    return hashes;
  }

  /** What is wrong in one line; it may quote the report, so it is cut and cleaned. */
  private static String describe(JsonProcessingException e) {
    String message =
        Stream.ofNullable(e.getOriginalMessage())
            .map(text -> text.replaceAll("[\\p{Cntrl}\\s]+", " "))
            .map(text -> text.substring(0, Math.min(text.length(), 200)))
            .findFirst()
            .orElse("not JSON");
    JsonLocation location = e.getLocation();
    return location == null
        ? message
        : "line %d, column %d: %s".formatted(location.getLineNr(), location.getColumnNr(), message);
  }

  /** The parts of all three shapes that matter. */
  private record Shape(
      @JsonProperty("response") @Nullable Integer response,
      @JsonProperty("response_code") @Nullable Integer responseCode,
      @JsonProperty("md5") @Nullable String md5,
      @JsonProperty("sha1") @Nullable String sha1,
      @JsonProperty("sha256") @Nullable String sha256,
      @JsonProperty("scans") @Nullable Map<String, @Nullable Scan> scans,
      @JsonProperty("virustotal") @Nullable Shape virustotal,
      @JsonProperty("data") @Nullable Data data,
      // The feed of VirusTotal v3 leaves "data" away.
      @JsonProperty("attributes") @Nullable Attributes attributes,
      @JsonProperty("error") @Nullable Failure error) {}

  private record Scan(
      @JsonProperty("detected") boolean detected,
      @JsonProperty("result") @Nullable String result) {}

  private record Data(@JsonProperty("attributes") @Nullable Attributes attributes) {}

  private record Attributes(
      @JsonProperty("md5") @Nullable String md5,
      @JsonProperty("sha1") @Nullable String sha1,
      @JsonProperty("sha256") @Nullable String sha256,
      @JsonProperty("last_analysis_results") @Nullable Map<String, @Nullable Analysis> results) {}

  private record Analysis(
      @JsonProperty("category") @Nullable String category,
      @JsonProperty("result") @Nullable String result) {}

  private record Failure(@JsonProperty("code") @Nullable String code) {}
}
