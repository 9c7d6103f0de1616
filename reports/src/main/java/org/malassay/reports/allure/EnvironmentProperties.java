package org.malassay.reports.allure;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.malassay.reports.comparison.Comparison;
import org.malassay.reports.comparison.FigureText;
import org.malassay.reports.comparison.Figures;
import org.malassay.reports.comparison.Pair;
import org.malassay.reports.writing.Words;
import org.malassay.run.RunHeader;
import org.malassay.run.Session;
import org.malassay.sample.SafeText;

/**
 * The contents of {@code environment.properties}: what the run's header says, and how the
 * environments compare.
 */
final class EnvironmentProperties {
  private final Properties properties = new Properties();

  private EnvironmentProperties() {}

  static String of(RunHeader header, Comparison comparison) throws IOException {
    EnvironmentProperties all = new EnvironmentProperties();
    all.put("run", header.id());
    all.put("experiment", header.experiment());
    all.putAll(header.first());
    header.environments().forEach(all::putAll);
    all.put(comparison, Words.of("en"));
    for (int i = 1; i < header.sessions().size(); i++) {
      all.putDifference("start %d: ".formatted(i + 1), header.sessions().get(i), header.first());
    }
    return all.text();
  }

  private void put(Comparison comparison, Words words) {
    for (Figures figures : comparison.environments()) {
      String name = "result in " + figures.environment() + ": ";
      put(name + "samples", String.valueOf(figures.samples()));
      put(
          name + "executable",
          "%d of %d, %s"
              .formatted(
                  figures.executable(), figures.conclusive(), FigureText.share(figures, words)));
      put(name + "inconclusive", String.valueOf(figures.inconclusive()));
      put(name + "threat score, mean and median", FigureText.threat(figures, words));
      put(name + "impact score, mean and median", FigureText.impact(figures, words));
    }
    for (Pair pair : comparison.pairs()) {
      pair.verdictsP()
          .ifPresent(
              p ->
                  put(
                      "result of %s against %s: executable".formatted(pair.first(), pair.second()),
                      "%d in the first only, %d in the second only, %s (by Holm)"
                          .formatted(
                              pair.verdicts().onlyFirst(),
                              pair.verdicts().onlySecond(),
                              words.probability(p))));
    }
  }

  private void putAll(Session session) {
    put("started", session.started().toString());
    putAll("version", session.versions());
    putAll("option", session.options());
  }

  /** Puts the properties in which a start that continued the run differs from the first one. */
  private void putDifference(String start, Session session, Session first) {
    put(start + "started", session.started().toString());
    putAll(start + "version", without(session.versions(), first.versions()));
    putAll(start + "option", without(session.options(), first.options()));
  }

  private static Map<String, String> without(Map<String, String> all, Map<String, String> known) {
    Map<String, String> others = new TreeMap<>(all);
    others.entrySet().removeAll(known.entrySet());
    return others;
  }

  private void putAll(String group, Map<String, String> facts) {
    facts.forEach((name, value) -> put(group + ": " + name, value));
  }

  private void put(String name, String value) {
    properties.setProperty(SafeText.printable(name), SafeText.printable(value));
  }

  /** Sorted, and without the comment that says when it was written. */
  private String text() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    properties.store(bytes, null);
    return bytes
        .toString(ISO_8859_1)
        .lines()
        .filter(line -> !line.startsWith("#"))
        .sorted()
        .collect(Collectors.joining("\n", "", "\n"));
  }
}
