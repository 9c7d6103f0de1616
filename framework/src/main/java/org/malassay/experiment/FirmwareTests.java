package org.malassay.experiment;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.malassay.firmware.survey.ImageAnalysis;
import org.malassay.firmware.survey.ReadAndJudged;
import org.malassay.firmware.survey.Survey;
import org.malassay.firmware.survey.SurveyPlan;
import org.malassay.firmware.survey.SurveyReport;
import org.malassay.firmware.survey.SurveyReports;
import org.malassay.options.OptionException;
import org.malassay.options.Options;
import org.malassay.report.NamedRun;
import org.malassay.run.RunId;
import org.malassay.run.Shard;
import org.malassay.sample.SafeText;

/**
 * A survey of firmware images as dynamic tests: one an image, and a last one that writes the
 * reports. A test fails where the gate is broken, and errs where the image could not be read at
 * all; an image that nobody understands passes, unless something is required of it.
 */
public final class FirmwareTests {
  /** Where surveys are kept unless {@code -Dout} says it. */
  private static final String OUT = "target/surveys";

  /** Violations that the message of a failed test names; all are in the journal. */
  private static final int NAMED = 20;

  private final Options options;
  private final SurveyReports reports;
  private final ImageAnalysis analysis;
  private final PrintStream console;

  private FirmwareTests(
      Options options, SurveyReports reports, ImageAnalysis analysis, PrintStream console) {
    this.options = options;
    this.reports = reports;
    this.analysis = analysis;
    this.console = console;
  }

  /**
   * The survey that the options of the command line describe.
   *
   * @throws OptionException if an option is misspelt, or its value cannot be used
   */
  public static FirmwareTests fromCommandLine() {
    Options given = Options.fromSystemProperties();
    given.refuseMisspelt(Installed.onClassPath().options());
    if (given.find(RunOptions.ENV).isPresent()) {
      throw new OptionException(
          "-Denv and -Dfirmware: a survey runs nothing of what it reads; give one of them");
    }
    Options options = given.over(Map.of(RunOptions.OUT.name(), OUT));
    return new FirmwareTests(
        options,
        chosen(options, SurveyReports.onClassPath()),
        ReadAndJudged.of(options),
        System.out);
  }

  /** With these in the place of what is on the class path. */
  static FirmwareTests of(
      Options options, List<SurveyReport> reports, ImageAnalysis analysis, PrintStream console) {
    return new FirmwareTests(
        options, chosen(options, new SurveyReports(reports)), analysis, console);
  }

  private static SurveyReports chosen(Options options, SurveyReports all) {
    return options.find(RunOptions.REPORTS).map(all::chosen).orElse(all);
  }

  /**
   * The tests. Where only some of them are run, as an IDE runs one, the survey ends when the stream
   * is closed.
   *
   * @throws OptionException if an option cannot be used; the message says what mends it
   */
  public Stream<DynamicNode> tests() {
    Path surveys = options.get(RunOptions.OUT);
    Optional<Path> resumed =
        options
            .find(RunOptions.RESUME)
            .map(name -> NamedRun.find(RunOptions.RESUME, name, surveys).folder());
    String id =
        resumed
            .map(folder -> folder.getFileName().toString())
            .orElseGet(() -> RunId.fresh(Shard.WHOLE));
    Survey survey =
        Survey.open(
            SurveyPlan.of(options, surveys, id, resumed, Checkout.versions()), analysis, console);
    return Stream.concat(
            IntStream.range(0, survey.images().size())
                .mapToObj(
                    image ->
                        dynamicTest(
                            SafeText.printable(survey.images().get(image).name()),
                            () -> check(survey, image))),
            Stream.of(dynamicTest("reports", () -> finish(survey))))
        .<DynamicNode>map(test -> test)
        .onClose(() -> close(survey));
  }

  private static void check(Survey survey, int image) throws IOException, InterruptedException {
    Survey.SurveyVerdict verdict = survey.await(image);
    String name = SafeText.printable(survey.images().get(image).name());
    if (!verdict.failure().isEmpty()) {
      throw new InconclusiveException(name, verdict.failure());
    }
    List<String> violations = verdict.violations();
    if (!violations.isEmpty()) {
      throw new AssertionError(
          name
              + ": "
              + violations.stream().limit(NAMED).collect(Collectors.joining("; "))
              + (violations.size() > NAMED
                  ? "; and %d more, all in the journal of %s"
                      .formatted(violations.size() - NAMED, survey.directory().path())
                  : ""));
    }
  }

  /** Writes each report, even when another fails. */
  private void finish(Survey survey) throws IOException, InterruptedException {
    survey.awaitAll();
    List<String> failures = new ArrayList<>();
    Map<String, String> written = reports.write(survey.directory(), options, failures::add);
    survey.closing(written);
    if (!failures.isEmpty()) {
      throw new IOException(String.join("; ", failures));
    }
  }

  private static void close(Survey survey) {
    try {
      survey.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
