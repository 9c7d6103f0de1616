package org.malassay.reports.allure;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.qameta.allure.SeverityLevel;
import io.qameta.allure.model.Label;
import io.qameta.allure.model.Parameter;
import io.qameta.allure.model.Stage;
import io.qameta.allure.model.Status;
import io.qameta.allure.model.StatusDetails;
import io.qameta.allure.model.TestResult;
import io.qameta.allure.util.ResultsUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.malassay.reports.writing.Wording;
import org.malassay.run.Result;
import org.malassay.sample.SafeText;
import org.malassay.verdict.Cause;

/** One result in Allure's model. */
final class AllureResult {
  private static final String PROJECT = "malassay";

  private AllureResult() {}

  static TestResult of(Result result) {
    String identity = ResultsUtils.md5(result.environment() + "/" + result.sha256());
    String packageName = PROJECT + "." + SafeText.printable(result.environment());
    long stop = result.finished().toEpochMilli();
    return new TestResult()
        .setUuid(uuid(result).toString())
        .setTestCaseId(identity)
        .setHistoryId(identity)
        .setName(Wording.title(result))
        .setFullName(packageName + "/" + SafeText.printable(result.sample()))
        .setTitlePath(List.of(PROJECT, SafeText.printable(result.environment())))
        .setStage(Stage.FINISHED)
        .setStart(stop - result.durationMs().orElse(0))
        .setStop(stop)
        .setStatus(status(result))
        .setStatusDetails(new StatusDetails().setMessage(message(result)))
        .setDescriptionHtml(Description.html(result))
        .setParameters(parameters(result))
        .setLabels(labels(result, packageName));
  }

  /** The same for the same row, so that a report made again is the same report. */
  static UUID uuid(Result result) {
    String row = String.join("/", result.run(), result.environment(), result.sha256());
    return UUID.nameUUIDFromBytes(row.getBytes(UTF_8));
  }

  /** What JUnit says of the test: evaluated, an expectation broken, or the tool failed. */
  private static Status status(Result result) {
    return switch (result.verdict().outcome()) {
      case INCONCLUSIVE -> Status.BROKEN;
      case EXECUTABLE, NOT_EXECUTABLE ->
          result.violations().isEmpty() ? Status.PASSED : Status.FAILED;
    };
  }

  /** The broken expectations, then, in the last line, the verdict, by which categories match. */
  private static String message(Result result) {
    return result.violations().stream()
            .map(violation -> "broken expectation: " + SafeText.printable(violation) + "\n")
            .collect(Collectors.joining())
        + Wording.verdict(result);
  }

  private static List<Parameter> parameters(Result result) {
    List<Parameter> parameters = new ArrayList<>();
    parameters.add(parameter("env", result.environment()));
    parameters.add(parameter("sha256", result.sha256()));
    parameters.add(parameter("verdict", result.verdict().outcome().name()));
    result
        .verdict()
        .cause()
        .ifPresent(cause -> parameters.add(parameter("cause", cause.toString())));
    parameters.add(parameter("category", Wording.category(result.label())));
    result.label().family().ifPresent(family -> parameters.add(parameter("family", family)));
    parameters.add(parameter("label score", Wording.number(result.label().score())));
    parameters.add(parameter("threat score", Wording.number(result.threatScore())));
    result
        .durationMs()
        .ifPresent(duration -> parameters.add(parameter("duration", duration + " ms")));
    return parameters;
  }

  private static Parameter parameter(String name, String hostile) {
    // Not excluded: Allure tells the environments of one sample apart by it.
    return new Parameter().setName(name).setValue(SafeText.printable(hostile)).setExcluded(false);
  }

  private static List<Label> labels(Result result, String packageName) {
    String environment = SafeText.printable(result.environment());
    List<Label> labels = new ArrayList<>();
    labels.add(ResultsUtils.createSuiteLabel(environment));
    labels.add(ResultsUtils.createPackageLabel(packageName));
    labels.add(ResultsUtils.createFrameworkLabel(PROJECT));
    labels.add(ResultsUtils.createLabel(ResultsUtils.HOST_LABEL_NAME, PROJECT));
    labels.add(ResultsUtils.createLabel(ResultsUtils.THREAD_LABEL_NAME, environment));
    labels.add(ResultsUtils.createTagLabel(result.verdict().outcome().name()));
    result
        .verdict()
        .cause()
        .map(Cause::type)
        .map(Cause.Type::label)
        .ifPresent(cause -> labels.add(ResultsUtils.createTagLabel(cause)));
    Stream.of(Optional.of(Wording.category(result.label())), result.label().family())
        .flatMap(Optional::stream)
        .map(SafeText::printable)
        .forEach(name -> labels.add(ResultsUtils.createTagLabel(name)));
    severity(result).map(ResultsUtils::createSeverityLabel).ifPresent(labels::add);
    return labels;
  }

  /** The tiers of the threat tables: severe from 8, high from 6, elevated from 4, low above 0. */
  private static Optional<SeverityLevel> severity(Result result) {
    if (result.threatScore().isEmpty()) {
      return Optional.empty();
    }
    double score = result.threatScore().getAsDouble();
    if (score >= 8) {
      return Optional.of(SeverityLevel.BLOCKER);
    }
    if (score >= 6) {
      return Optional.of(SeverityLevel.CRITICAL);
    }
    if (score >= 4) {
      return Optional.of(SeverityLevel.NORMAL);
    }
    return Optional.of(score > 0 ? SeverityLevel.MINOR : SeverityLevel.TRIVIAL);
  }
}
