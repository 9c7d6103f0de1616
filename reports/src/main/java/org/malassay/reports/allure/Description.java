package org.malassay.reports.allure;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.malassay.elf.ElfFacts;
import org.malassay.environment.Libraries;
import org.malassay.infection.Infection;
import org.malassay.infection.StageSeen;
import org.malassay.label.Label;
import org.malassay.reports.writing.Html;
import org.malassay.reports.writing.ImpactText;
import org.malassay.reports.writing.Wording;
import org.malassay.run.Result;
import org.malassay.run.Service;
import org.malassay.sample.SafeText;
import org.malassay.score.Impact;

/** What is known of a row besides its parameters, as a table in HTML. */
final class Description {
  private final Map<String, String> rows = new LinkedHashMap<>();

  private Description() {}

  static String html(Result result) {
    Description table = new Description();
    table.row("sample", result.sample());
    table.row("sha256", result.sha256());
    table.row("md5", result.md5());
    table.row("size", result.size() + " bytes");
    table.row("file", file(result));
    result
        .facts()
        .elf()
        .flatMap(ElfFacts::interpreter)
        .ifPresent(name -> table.row("interpreter", name));
    result
        .facts()
        .elf()
        .filter(elf -> !elf.needed().isEmpty())
        .ifPresent(elf -> table.row("needs", String.join(", ", elf.needed())));
    result.libraries().ifPresent(table::libraries);
    if (result.durationMs().isPresent()) {
      table.row("ending", ending(result));
      table.row(
          "wrote",
          "%d bytes to stdout, %d to stderr".formatted(result.stdoutBytes(), result.stderrBytes()));
      table.row("survivors", String.valueOf(result.survivors()));
      if (!result.unsupportedCalls().isEmpty()) {
        table.row("unsupported calls", result.unsupportedCallsInOneLine());
      }
      result.cpuMs().ifPresent(cpu -> table.row("processor time", cpu + " ms"));
    }
    result.recording().ifPresent(it -> table.row("recording", it.inOneLine()));
    result.infection().ifPresent(table::infection);
    result.impact().ifPresent(table::impact);
    result.service().ifPresent(service -> table.row("web service", service(service)));
    table.row("label", label(result.label()));
    table.row("label score", Wording.number(result.label().score()));
    if (!result.note().isEmpty()) {
      table.row("note", result.note());
    }
    table.row("evidence", result.evidence());
    return Html.render("allure/description.jte", Map.of("rows", table.rows));
  }

  private void libraries(Libraries libraries) {
    row("libraries added", libraries.added().isEmpty() ? "none" : libraries.addedInOneLine());
    if (!libraries.lacking().isEmpty()) {
      row("libraries lacking", String.join("; ", libraries.lacking()));
    }
  }

  private void infection(Infection infection) {
    row("commands typed", String.valueOf(infection.typed()));
    for (StageSeen stage : infection.stages()) {
      row(
          "stage " + stage.stage(),
          "%s, by command %d: %s: %s"
              .formatted(
                  stage.succeeded() ? "reached" : "refused",
                  stage.command(),
                  stage.what(),
                  stage.event()));
    }
  }

  private void impact(Impact impact) {
    rows.put("impact", ImpactText.score(impact));
    if (!impact.dimensions().isEmpty()) {
      rows.put("impact on", ImpactText.dimensions(impact));
    }
    rows.putAll(ImpactText.parts(impact));
  }

  private void row(String name, String hostile) {
    rows.put(name, SafeText.printable(hostile));
  }

  private static String file(Result result) {
    boolean packed = result.facts().elf().filter(ElfFacts::upxPacked).isPresent();
    return result.facts().inWords() + (packed ? ", packed by UPX" : "");
  }

  private static String ending(Result result) {
    if (result.timedOut()) {
      return "still running at the time limit";
    }
    if (result.exitCode().isPresent()) {
      return "exit status " + result.exitCode().getAsInt();
    }
    return result.signal().orElse("see the cause");
  }

  private static String service(Service service) {
    return "%s before%s, %d of %d probes answered during, %s after%s; page %s"
        .formatted(
            up(service.before()),
            latency(service.latencyBeforeMs()),
            service.answersDuring(),
            service.probesDuring(),
            service.after().map(Description::up).orElse("not to be asked"),
            latency(service.latencyAfterMs()),
            service.pageIntact().map(intact -> intact ? "intact" : "changed").orElse("not seen"));
  }

  private static String up(boolean available) {
    return available ? "up" : "down";
  }

  private static String latency(OptionalDouble milliseconds) {
    return milliseconds.isPresent() ? " (%.1f ms)".formatted(milliseconds.getAsDouble()) : "";
  }

  private static String label(Label label) {
    String votes =
        label
            .category()
            .map(
                category ->
                    "%s%s by %d votes, margin %d%s%s"
                        .formatted(
                            category,
                            basis(label),
                            label.votes(),
                            label.margin(),
                            label.runnerUp().map(second -> " over " + second).orElse(""),
                            label.tie() ? ", by the tie rule" : ""))
            .orElseGet(() -> Wording.category(label));
    String engines =
        label.engines() > 0
            ? "; %d of %d engines detect it, %d of them independently"
                .formatted(label.detections(), label.engines(), label.independentDetections())
            : "";
    return votes
        + engines
        + Optional.of(label.note())
            .filter(note -> !note.isEmpty())
            .map(note -> "; " + note)
            .orElse("");
  }

  private static String basis(Label label) {
    return switch (label.basis().orElse(Label.Basis.CATEGORY)) {
      case CATEGORY -> "";
      case FAMILY -> " as its family is " + label.family().orElse("");
      case GENERIC -> ", a generic word,";
    };
  }
}
