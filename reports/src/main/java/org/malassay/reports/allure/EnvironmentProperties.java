package org.malassay.reports.allure;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.malassay.run.RunHeader;
import org.malassay.run.Session;
import org.malassay.sample.SafeText;

/** The contents of {@code environment.properties}: what the run's header says. */
final class EnvironmentProperties {
  private final Properties properties = new Properties();

  private EnvironmentProperties() {}

  static String of(RunHeader header) throws IOException {
    EnvironmentProperties all = new EnvironmentProperties();
    all.put("run", header.id());
    all.put("experiment", header.experiment());
    all.putAll(header.first());
    header.environments().forEach(all::putAll);
    for (int i = 1; i < header.sessions().size(); i++) {
      all.putDifference("start %d: ".formatted(i + 1), header.sessions().get(i), header.first());
    }
    return all.text();
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
