package org.malassay.experiment;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.malassay.options.Option;
import org.malassay.options.OptionException;
import org.malassay.options.Options;
import org.malassay.report.Report;
import org.malassay.report.Runs;

/** The reports on the class path. */
final class Reports {
  private final List<CheckedReport> reports;
  private final List<String> problems;

  private Reports(List<CheckedReport> reports, List<String> problems) {
    this.reports = reports;
    this.problems = problems;
  }

  private Reports(Loaded<CheckedReport> loaded) {
    this(loaded.usable(), loaded.problems());
  }

  static Reports onClassPath() {
    return new Reports(Loaded.onClassPath(Report.class, CheckedReport::of, CheckedReport::name));
  }

  static Reports of(List<Report> reports) {
    return new Reports(Loaded.of(reports, CheckedReport::of, CheckedReport::name));
  }

  List<CheckedReport> all() {
    return reports;
  }

  /** A message for each report that cannot be used. */
  List<String> problems() {
    return problems;
  }

  Set<String> optionNames() {
    return options().stream().map(Option::name).collect(Collectors.toSet());
  }

  List<Option<?>> options() {
    return reports.stream().<Option<?>>flatMap(report -> report.options().stream()).toList();
  }

  /**
   * Those of {@code -Dreports}, in its order; without it those that need not be asked for.
   *
   * @throws OptionException if one of them is not there
   */
  Reports chosen(Options options) {
    List<CheckedReport> chosen =
        options
            .find(RunOptions.REPORTS)
            .map(names -> names.stream().distinct().map(this::named).toList())
            .orElseGet(() -> reports.stream().filter(it -> !it.onRequest()).toList());
    return new Reports(chosen, problems);
  }

  private CheckedReport named(String name) {
    return reports.stream()
        .filter(report -> report.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new OptionException(
                    "-Dreports=%s: there is no such report; there is: %s"
                        .formatted(
                            name,
                            reports.stream()
                                .map(CheckedReport::name)
                                .collect(Collectors.joining(", ")))));
  }

  /**
   * Writes each of them, even when another fails.
   *
   * @param failures is told a message for each that could not be written
   * @return where each was written, or why not, by name
   */
  Map<String, String> write(Runs runs, Options options, Consumer<String> failures) {
    Map<String, String> written = new LinkedHashMap<>();
    for (CheckedReport report : reports) {
      try {
        written.put(report.name(), report.write(runs, options));
      } catch (Fault e) {
        written.put(report.name(), "FAILED: " + e.getMessage());
        failures.accept(String.valueOf(e.getMessage()));
      }
    }
    return written;
  }
}
