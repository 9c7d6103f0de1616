package org.malassay.reports.interop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toUnmodifiableMap;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.malassay.run.Result;
import org.malassay.score.Hit;
import org.malassay.score.Impact;

/** The techniques of ATT&amp;CK for enterprises, version 19, that rules name. */
final class Techniques {
  /** The version whose ids and names these are. */
  static final String VERSION = "19";

  /** Those of the matrix for enterprises; those for industrial control begin with T0. */
  private static final Pattern ENTERPRISE = Pattern.compile("T1\\d{3}(?:\\.\\d{3})?");

  private final Map<String, String> names;

  private Techniques(Map<String, String> names) {
    this.names = names;
  }

  /** With the names of those that the project's rules and others for Linux tell of. */
  static Techniques load() {
    try (InputStream in = Techniques.class.getResourceAsStream("techniques.tsv")) {
      if (in == null) {
        throw new IllegalStateException("missing in the build: techniques.tsv");
      }
      return new Techniques(
          new BufferedReader(new InputStreamReader(in, UTF_8))
              .lines()
              .map(line -> line.split("\t", 2))
              .collect(toUnmodifiableMap(line -> line[0], line -> line[1])));
    } catch (IOException e) {
      throw new UncheckedIOException("techniques.tsv", e);
    }
  }

  /** Its name; empty for one of a user's rules that is not in the list. */
  Optional<String> name(String id) {
    return Optional.ofNullable(names.get(id));
  }

  /** Where it is described. */
  static String url(String id) {
    return "https://attack.mitre.org/techniques/" + id.replace('.', '/') + "/";
  }

  /** Those of a hit that are in the matrix for enterprises. */
  static Stream<String> of(Hit hit) {
    return hit.techniques().stream().filter(id -> ENTERPRISE.matcher(id).matches()).distinct();
  }

  /** Those of all hits of a sample, each once, in their order. */
  static List<String> of(List<Result> results) {
    return results.stream()
        .flatMap(Techniques::hits)
        .flatMap(Techniques::of)
        .distinct()
        .sorted()
        .toList();
  }

  /** The hits of a row. */
  static Stream<Hit> hits(Result result) {
    return result.impact().map(Impact::hits).stream().flatMap(List::stream);
  }
}
