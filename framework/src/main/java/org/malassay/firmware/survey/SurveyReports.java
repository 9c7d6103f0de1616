package org.malassay.firmware.survey;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.malassay.files.FileReason;
import org.malassay.options.OptionException;
import org.malassay.options.Options;
import org.malassay.sample.SafeText;

/**
 * The reports that there are for surveys.
 *
 * @param all in the order in which they are written
 */
public record SurveyReports(List<SurveyReport> all) {
  public SurveyReports {
    all = List.copyOf(all);
  }

  /** Those on the class path. */
  public static SurveyReports onClassPath() {
    return new SurveyReports(
        ServiceLoader.load(SurveyReport.class).stream().map(ServiceLoader.Provider::get).toList());
  }

  /**
   * Those of these names, in their order.
   *
   * @throws OptionException if one of them is not there; the message names those that are
   */
  public SurveyReports chosen(List<String> names) {
    List<SurveyReport> chosen = new ArrayList<>();
    for (String name : names) {
      chosen.add(
          all.stream()
              .filter(report -> report.name().equals(name))
              .findFirst()
              .orElseThrow(
                  () ->
                      new OptionException(
                          "there is no report %s of a survey; there is: %s"
                              .formatted(
                                  name,
                                  all.stream()
                                      .map(SurveyReport::name)
                                      .collect(Collectors.joining(", "))))));
    }
    return new SurveyReports(chosen);
  }

  /**
   * Writes each, even when another fails.
   *
   * @param failures is told a message for each that could not be written
   * @return where each was written, or why not, by name
   */
  public Map<String, String> write(
      SurveyDirectory survey, Options options, Consumer<String> failures) {
    Map<String, String> written = new LinkedHashMap<>();
    for (SurveyReport report : all) {
      try {
        Path file = report.write(survey, options);
        if (!file.equals(survey.path())) { // else it had nothing to say
          written.put(report.name(), file.toString());
        }
      } catch (IOException | RuntimeException e) {
        failed(report, FileReason.of(e), written, failures);
      } catch (LinkageError e) { // a library of it is missing
        failed(report, e.toString(), written, failures);
      }
    }
    return written;
  }

  private static void failed(
      SurveyReport report, String why, Map<String, String> written, Consumer<String> failures) {
    String message =
        "report %s cannot be written: %s".formatted(report.name(), SafeText.printable(why));
    written.put(report.name(), "FAILED: " + message);
    failures.accept(message);
  }
}
