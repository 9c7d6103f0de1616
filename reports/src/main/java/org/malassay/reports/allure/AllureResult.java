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
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.malassay.reports.writing.Evaluated;
import org.malassay.reports.writing.Wording;
import org.malassay.run.Result;
import org.malassay.run.Service;
import org.malassay.sample.SafeText;
import org.malassay.verdict.Cause;

/** One result in Allure's model. */
final class AllureResult {
  /**
   * Allure shows the values of parameters in a grey line beside each name of a list, in the order
   * of their names: the space, which nobody sees, puts the verdict first.
   */
  private static final String VERDICT = " verdict";

  static final String WEB_SERVICE_HURT = "web service hurt";
  private static final String PROJECT = "malassay";

  private AllureResult() {}

  /**
   * @param experiment what the run is of; may be empty
   * @param repeated whether the run measured samples more than once
   */
  static TestResult of(Result result, String experiment, boolean repeated) {
    // The first repetition is what it is in a run without others.
    String identity =
        ResultsUtils.md5(result.environment() + "/" + result.sha256() + repetition(result));
    String packageName = PROJECT + "." + SafeText.printable(result.environment());
    long stop = result.finished().toEpochMilli();
    return new TestResult()
        .setUuid(uuid(result).toString())
        .setTestCaseId(identity)
        .setHistoryId(identity)
        .setName(Wording.row(result))
        .setFullName(packageName + "/" + SafeText.printable(result.sample()))
        .setTitlePath(List.of(PROJECT, SafeText.printable(result.environment())))
        .setStage(Stage.FINISHED)
        .setStart(stop - result.durationMs().orElse(0))
        .setStop(stop)
        .setStatus(status(result))
        .setStatusDetails(new StatusDetails().setMessage(message(result)))
        .setDescriptionHtml(Description.html(result))
        .setParameters(parameters(result, repeated))
        .setLabels(labels(result, packageName, experiment));
  }

  /** The same for the same row, so that a report made again is the same report. */
  static UUID uuid(Result result) {
    String row =
        String.join("/", result.run(), result.environment(), result.sha256()) + repetition(result);
    return UUID.nameUUIDFromBytes(row.getBytes(UTF_8));
  }

  private static String repetition(Result result) {
    return result.repetition() == 1 ? "" : "/" + result.repetition();
  }

  /** What JUnit says of the test: evaluated, an expectation broken, or the tool failed. */
  static Status status(Result result) {
    return switch (Evaluated.of(result)) {
      case PASSED -> Status.PASSED;
      case FAILED -> Status.FAILED;
      case ERRED -> Status.BROKEN;
    };
  }

  /**
   * A line for each broken expectation, one for harm to the web service, and the verdict in the
   * last one. Categories match these lines.
   */
  static String message(Result result) {
    return result.violations().stream()
            .map(violation -> "broken expectation: " + SafeText.printable(violation) + "\n")
            .collect(Collectors.joining())
        + harm(result).map(harm -> WEB_SERVICE_HURT + ": it " + harm + "\n").orElse("")
        + Wording.verdict(result);
  }

  private static Optional<String> harm(Result result) {
    return result.service().flatMap(Service::harm);
  }

  private static List<Parameter> parameters(Result result, boolean repeated) {
    List<Parameter> parameters = new ArrayList<>();
    parameters.add(parameter(VERDICT, Wording.verdict(result)));
    parameters.add(parameter("env", result.environment()));
    parameters.add(parameter("category", Wording.category(result.label())));
    result.label().family().ifPresent(family -> parameters.add(parameter("family", family)));
    parameters.add(parameter("threat score", Wording.number(result.threatScore())));
    result
        .impact()
        .ifPresent(it -> parameters.add(parameter("impact score", Wording.number(it.score()))));
    if (repeated) {
      parameters.add(parameter("repetition", String.valueOf(result.repetition())));
    }
    parameters.add(hidden("sha256", result.sha256()));
    parameters.add(hidden("label score", Wording.number(result.label().score())));
    result.durationMs().ifPresent(duration -> parameters.add(hidden("duration", duration + " ms")));
    return parameters;
  }

  /** Not shown in the lists, which it would make hard to read; the description shows it. */
  private static Parameter hidden(String name, String hostile) {
    return parameter(name, hostile).setMode(Parameter.Mode.HIDDEN);
  }

  private static Parameter parameter(String name, String hostile) {
    // Not excluded: Allure tells the environments of one sample apart by it.
    return new Parameter().setName(name).setValue(SafeText.printable(hostile)).setExcluded(false);
  }

  private static List<Label> labels(Result result, String packageName, String experiment) {
    String environment = SafeText.printable(result.environment());
    List<Label> labels = new ArrayList<>();
    if (!experiment.isEmpty()) {
      labels.add(ResultsUtils.createParentSuiteLabel(SafeText.printable(experiment)));
    }
    // Behaviors: what the malware is, and how it fares in each environment.
    labels.add(ResultsUtils.createEpicLabel(SafeText.printable(Wording.category(result.label()))));
    labels.add(
        ResultsUtils.createFeatureLabel(
            SafeText.printable(result.label().family().orElse("no family"))));
    labels.add(ResultsUtils.createStoryLabel(environment));
    labels.add(ResultsUtils.createSuiteLabel(environment));
    labels.add(ResultsUtils.createPackageLabel(packageName));
    labels.add(ResultsUtils.createFrameworkLabel(PROJECT));
    labels.add(ResultsUtils.createLabel(ResultsUtils.HOST_LABEL_NAME, PROJECT));
    labels.add(ResultsUtils.createLabel(ResultsUtils.THREAD_LABEL_NAME, environment));
    labels.add(ResultsUtils.createTagLabel(result.verdict().outcome().name()));
    harm(result).ifPresent(harm -> labels.add(ResultsUtils.createTagLabel(WEB_SERVICE_HURT)));
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
    result.impact().stream()
        .flatMap(impact -> impact.hits().stream())
        .flatMap(hit -> hit.techniques().stream())
        .map(technique -> SafeText.printable(technique.toUpperCase(Locale.ROOT)))
        .distinct()
        .forEach(technique -> labels.add(ResultsUtils.createTagLabel(technique)));
    severity(result).map(ResultsUtils::createSeverityLabel).ifPresent(labels::add);
    return labels;
  }

  /**
   * The tiers of the threat tables: severe from 8, high from 6, elevated and low above 0. Never
   * normal: Allure shows that for a result without a severity, which here is one without a score.
   */
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
    return Optional.of(score > 0 ? SeverityLevel.MINOR : SeverityLevel.TRIVIAL);
  }
}
