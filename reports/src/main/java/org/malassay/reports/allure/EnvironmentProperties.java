package org.malassay.reports.allure;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.malassay.run.RunHeader;
import org.malassay.sample.SafeText;

/** The contents of {@code environment.properties}: what the run's header says. */
final class EnvironmentProperties {
  private final Properties properties = new Properties();

  private EnvironmentProperties() {}

  static String of(RunHeader header) throws IOException {
    EnvironmentProperties all = new EnvironmentProperties();
    all.put("run", header.id());
    all.put("experiment", header.experiment());
    all.put("started", header.started().toString());
    all.putAll("version", header.versions());
    all.putAll("option", header.options());
    header.environments().forEach(all::putAll);
    return all.text();
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
