package org.malassay.reports.csv;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.malassay.behavior.BehaviorSummary;
import org.malassay.behavior.Facet;
import org.malassay.behavior.Recording;
import org.malassay.environment.Libraries;
import org.malassay.infection.Infection;
import org.malassay.label.Label;
import org.malassay.reports.writing.Wording;
import org.malassay.run.Result;
import org.malassay.run.Service;
import org.malassay.sample.CsvCell;
import org.malassay.score.Dimension;
import org.malassay.score.Hit;
import org.malassay.score.Impact;
import org.malassay.verdict.Cause;

/**
 * One column of {@code results.csv}.
 *
 * @param name in the header
 * @param cell what stands in the row of a result; empty when it was not measured
 */
record Column(String name, Function<Result, String> cell) {

  /** All columns. Readers depend on the order: a new column goes to the end. */
  static final List<Column> ALL =
      List.of(
          text("run", Result::run),
          text("environment", Result::environment),
          text("sample", Result::sample),
          text("sha256", Result::sha256),
          text("md5", Result::md5),
          column("size", result -> String.valueOf(result.size())),
          text("file_type", result -> result.facts().fileType()),
          text("architecture", result -> result.facts().architecture()),
          text("abi", result -> result.facts().abi()),
          text("linkage", result -> result.facts().linkage()),
          text("verdict", result -> result.verdict().outcome().name()),
          text("cause", result -> result.verdict().cause().map(Cause::toString).orElse("")),
          column("exit_code", result -> number(result.exitCode())),
          text("signal", result -> result.signal().orElse("")),
          started("timed_out", result -> String.valueOf(result.timedOut())),
          column("duration_ms", result -> number(result.durationMs())),
          column("overhead_ms", result -> String.valueOf(result.overheadMs())),
          text("category", result -> result.label().category().orElse("")),
          text("family", result -> result.label().family().orElse("")),
          label("engines", Column::known, label -> String.valueOf(label.engines())),
          column("label_score", result -> number(result.label().score())),
          column("threat_score", result -> number(result.threatScore())),
          column("cpu_ms", result -> number(result.cpuMs())),
          text("label_status", result -> result.label().status().name()),
          label("label_votes", Column::voted, label -> String.valueOf(label.votes())),
          text("label_runner_up", result -> result.label().runnerUp().orElse("")),
          label("label_margin", Column::voted, label -> String.valueOf(label.margin())),
          label("label_tie", Column::voted, label -> String.valueOf(label.tie())),
          label(
              "family_votes",
              label -> label.family().isPresent(),
              label -> String.valueOf(label.familyVotes())),
          label("detections", Column::known, label -> String.valueOf(label.detections())),
          service("service_before", service -> String.valueOf(service.before())),
          service("service_probes_during", service -> String.valueOf(service.probesDuring())),
          service(
              "service_answers_during",
              service -> service.probesDuring() > 0 ? String.valueOf(service.answersDuring()) : ""),
          service("service_after", service -> service.after().map(String::valueOf).orElse("")),
          service("page_intact", service -> service.pageIntact().map(String::valueOf).orElse("")),
          service("latency_before_ms", service -> milliseconds(service.latencyBeforeMs())),
          service("latency_during_ms", service -> milliseconds(service.latencyDuringMs())),
          service("latency_after_ms", service -> milliseconds(service.latencyAfterMs())),
          started("stdout_bytes", result -> String.valueOf(result.stdoutBytes())),
          started("stderr_bytes", result -> String.valueOf(result.stderrBytes())),
          started("survivors", result -> String.valueOf(result.survivors())),
          text("note", Result::note),
          text("evidence", Result::evidence),
          text("violations", result -> String.join(" | ", result.violations())),
          text("refused_calls", Result::unsupportedCallsInOneLine),
          text("label_basis", result -> result.label().basis().map(Enum::name).orElse("")),
          label(
              "independent_detections",
              Column::known,
              label -> String.valueOf(label.independentDetections())),
          text("label_note", result -> result.label().note()),
          text("packed", result -> result.facts().packed()),
          text("recording", result -> result.recording().map(Recording::inOneLine).orElse("")),
          column("session", result -> result.session() > 0 ? String.valueOf(result.session()) : ""),
          seen("calls", Facet.CALLS, BehaviorSummary::calls),
          seen("processes", Facet.PROCESSES, BehaviorSummary::processes),
          seen("programs", Facet.PROCESSES, BehaviorSummary::programs),
          seen("files_changed", Facet.CALLS, BehaviorSummary::filesChanged),
          seen("conversations", Facet.NETWORK, BehaviorSummary::conversations),
          seen("files_kept", Facet.FILES, BehaviorSummary::filesKept),
          used("guest_cpu_ms", BehaviorSummary::cpuMs),
          used("guest_memory_peak", BehaviorSummary::peakMemoryBytes),
          text("saturation", result -> result.saturation().orElse("")),
          column("impact_score", result -> number(result.impactScore())),
          impact("environment", Dimension.ENVIRONMENT),
          impact("service", Dimension.SERVICE),
          impact("user", Dimension.USER),
          impact("third_party", Dimension.THIRD_PARTY),
          text("hits", result -> result.impact().map(Column::hits).orElse("")),
          text(
              "impact_status", result -> result.impact().map(it -> it.status().words()).orElse("")),
          column(
              "comparisons_given_up",
              result -> result.impact().map(it -> Long.toString(it.givenUp())).orElse("")),
          text(
              "libraries_added",
              result -> result.libraries().map(Libraries::addedInOneLine).orElse("")),
          column("repetition", result -> String.valueOf(result.repetition())),
          infection("commands", infection -> String.valueOf(infection.commands())),
          infection("commands_typed", infection -> String.valueOf(infection.typed())),
          infection("stages", Infection::reached),
          infection("stages_refused", Infection::refused),
          infection("last_stage", Infection::lastOrNone));

  private static Column impact(String name, Dimension dimension) {
    return new Column(
        "impact_" + name,
        result ->
            number(result.impact().map(it -> it.score(dimension)).orElse(OptionalDouble.empty())));
  }

  /** A column of what is known of login sessions alone. */
  private static Column infection(String name, Function<Infection, String> cell) {
    return new Column(name, result -> result.infection().map(cell).orElse(""));
  }

  /** The titles of the rules, as {@code -Dexpect} takes them. */
  private static String hits(Impact impact) {
    return impact.hits().stream().map(Hit::listed).collect(Collectors.joining("; "));
  }

  private static Column column(String name, Function<Result, String> cell) {
    return new Column(name, cell);
  }

  private static Column text(String name, Function<Result, String> text) {
    return new Column(name, text.andThen(CsvCell::text));
  }

  /** A column of what is measured only on a sample that was started. */
  private static Column started(String name, Function<Result, String> cell) {
    return new Column(name, result -> result.durationMs().isPresent() ? cell.apply(result) : "");
  }

  private static Column label(String name, Predicate<Label> exists, Function<Label, String> cell) {
    return new Column(
        name, result -> exists.test(result.label()) ? cell.apply(result.label()) : "");
  }

  private static Column service(String name, Function<Service, String> cell) {
    return new Column(name, result -> result.service().map(cell).orElse(""));
  }

  /**
   * A column of what a facet tells; empty where that was not recorded, since 0 says that nothing
   * was seen.
   */
  private static Column seen(String name, Facet facet, ToLongFunction<BehaviorSummary> number) {
    return new Column(
        name,
        result ->
            result
                .behavior(facet)
                .map(seen -> String.valueOf(number.applyAsLong(seen)))
                .orElse(""));
  }

  /** A column of what the guest of a sample used. */
  private static Column used(String name, Function<BehaviorSummary, OptionalLong> number) {
    return new Column(
        name, result -> result.behavior(Facet.USAGE).map(number).map(Column::number).orElse(""));
  }

  private static boolean known(Label label) {
    return label.status() != Label.Status.MISSING;
  }

  private static boolean voted(Label label) {
    return label.category().isPresent();
  }

  private static String number(OptionalInt value) {
    return value.isPresent() ? String.valueOf(value.getAsInt()) : "";
  }

  private static String number(OptionalLong value) {
    return value.isPresent() ? String.valueOf(value.getAsLong()) : "";
  }

  private static String number(OptionalDouble value) {
    return value.isPresent() ? Wording.number(value.getAsDouble()) : "";
  }

  /** To the microsecond. */
  private static String milliseconds(OptionalDouble value) {
    return value.isPresent()
        ? BigDecimal.valueOf(value.getAsDouble())
            .setScale(3, RoundingMode.HALF_UP)
            .stripTrailingZeros()
            .toPlainString()
        : "";
  }

  static List<String> header() {
    return ALL.stream().map(Column::name).toList();
  }

  static List<String> row(Result result) {
    return ALL.stream().map(column -> column.cell().apply(result)).toList();
  }
}
