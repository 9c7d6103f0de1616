package org.malassay.label;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.malassay.sample.FileFacts;
import org.malassay.sample.Sample;

/** Samples and reports in the three shapes. */
final class Reports {
  static final String MD5 = "001627d61a1bde3478ca4965e738dc1e";
  static final String SHA256 = "ab".repeat(32);

  /** In place of a label: the engine did not detect. */
  static final String UNDETECTED = "-";

  private Reports() {}

  static Sample sample() {
    return sample(SHA256, MD5, Path.of("absent"));
  }

  static Sample sample(String sha256, String md5, Path file) {
    return new Sample("a/sample", file, sha256, md5, 5, FileFacts.of(FileFacts.FileType.TEXT));
  }

  /** The VirusTotal v2 shape. */
  static String virusTotal2(String sha256, Map<String, String> labels) {
    return """
        {"response_code": 1, "md5": "%s", "sha256": "%s", "positives": 1, "scans": %s}
        """
        .formatted(MD5, sha256, scans(labels));
  }

  static String virusShare(int response, String sha256, Map<String, String> labels) {
    return """
        {"response": %d, "md5": "%s", "sha256": "%s", "extension": "elf", "added_timestamp": "2021",
         "virustotal": {"positives": "1", "scans": %s}}
        """
        .formatted(response, MD5, sha256, scans(labels));
  }

  static String virusTotal3(String sha256, Map<String, String> labels) {
    String results =
        labels.entrySet().stream()
            .map(
                entry ->
                    "%s: {\"category\": \"%s\", \"engine_name\": %s, \"method\": \"blacklist\", \"result\": %s}"
                        .formatted(
                            text(entry.getKey()),
                            entry.getValue().equals(UNDETECTED) ? "undetected" : "malicious",
                            text(entry.getKey()),
                            text(entry.getValue())))
            .collect(Collectors.joining(",", "{", "}"));
    return """
        {"data": {"type": "file", "id": "%s", "attributes": {"md5": "%s", "sha256": "%s",
         "last_analysis_results": %s}}}
        """
        .formatted(sha256, MD5, sha256, results);
  }

  private static String scans(Map<String, String> labels) {
    return labels.entrySet().stream()
        .map(
            entry ->
                "%s: {\"detected\": %s, \"version\": \"1\", \"result\": %s, \"update\": \"2021\"}"
                    .formatted(
                        text(entry.getKey()),
                        !entry.getValue().equals(UNDETECTED),
                        text(entry.getValue())))
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static String text(String text) {
    return text.equals(UNDETECTED) ? "null" : "\"" + text + "\"";
  }

  static byte[] bytes(String json) {
    return json.getBytes(UTF_8);
  }

  /** Engines and labels in turn, such as {@code "ClamAV", "Unix.Trojan.X"}. */
  static Map<String, String> labels(String... enginesAndLabels) {
    Map<String, String> labels = new LinkedHashMap<>();
    for (int i = 0; i < enginesAndLabels.length; i += 2) {
      labels.put(enginesAndLabels[i], enginesAndLabels[i + 1]);
    }
    return labels;
  }

  /** The labels of the first, second or third sample of {@code arm-samples.psv}. */
  static Map<String, String> armSample(int number) throws java.io.IOException {
    Map<String, String> labels = new LinkedHashMap<>();
    try (var in = Reports.class.getResourceAsStream("arm-samples.psv")) {
      String all = new String(Objects.requireNonNull(in).readAllBytes(), UTF_8);
      all.lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split("\\|"))
          .forEach(row -> labels.put(row[0], row[number]));
    }
    return labels;
  }
}
