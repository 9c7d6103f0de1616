package org.malassay.reports.html;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.malassay.behavior.Recording;
import org.malassay.reports.charts.Flow;
import org.malassay.reports.writing.Wording;
import org.malassay.reports.writing.Words;
import org.malassay.run.Result;
import org.malassay.run.Service;
import org.malassay.sample.SafeText;
import org.malassay.score.Band;
import org.malassay.score.Dimension;
import org.malassay.score.Hit;
import org.malassay.score.Impact;
import org.malassay.score.Measured;
import org.malassay.verdict.Cause;
import org.malassay.verdict.Verdict.Outcome;

/**
 * The rows of the run as {@code report.js} reads them, which names their fields: numbers, and the
 * place of each text in one list.
 */
final class Data {
  private static final double TENTH = 10;

  // What rows name by its place in these lists.
  private static final List<Outcome> OUTCOMES = List.of(Outcome.values());
  private static final List<Flow.Way> WAYS = List.of(Flow.Way.values());
  private static final List<Impact.Status> STATUSES = List.of(Impact.Status.values());
  private static final List<Band> BANDS = List.of(Band.values());
  private static final List<Dimension> DIMENSIONS = List.of(Dimension.values());

  private final Json json = new Json();
  private final List<String> environments;
  private final Map<String, Integer> rules = new LinkedHashMap<>();
  private final List<Hit> ruleOf = new ArrayList<>();
  private final Words words;

  Data(List<String> environments, Words words) {
    this.environments = environments;
    this.words = words;
  }

  /**
   * All of it as JSON.
   *
   * @param sorted the rows
   * @param details what was seen of rows, as JSON, by their place among them
   * @param beside the samples that have a page of their own, by SHA-256
   */
  String of(
      List<Result> sorted,
      Differences differences,
      Map<Integer, String> details,
      Set<String> beside)
      throws IOException {
    Map<String, Integer> samples = new LinkedHashMap<>();
    List<Result> firsts = new ArrayList<>();
    for (Result row : sorted) {
      if (samples.putIfAbsent(row.sha256(), samples.size()) == null) {
        firsts.add(row);
      }
    }
    return Json.write(
        out -> {
          out.writeStartObject();
          strings(out, "environments", environments.stream().map(words::environment).toList());
          strings(out, "folders", environments.stream().map(SafeText::printable).toList());
          out.writeObjectField("words", words.beginningWith("script."));
          strings(
              out,
              "verdicts",
              OUTCOMES.stream().map(it -> words.get("verdict." + it.name())).toList());
          out.writeObjectField("causes", words.beginningWith("cause."));
          strings(
              out,
              "statuses",
              STATUSES.stream().map(it -> words.get("impact." + it.name())).toList());
          strings(
              out,
              "dimensions",
              DIMENSIONS.stream().map(it -> words.get("dimension." + it.word())).toList());
          bands(out);
          strings(
              out,
              "differences",
              differences.groups().stream()
                  .map(it -> words.get("difference." + it.kind().name()) + ": " + it.why())
                  .toList());
          out.writeArrayFieldStart("samples");
          for (Result first : firsts) {
            sample(out, first, differences, beside);
          }
          out.writeEndArray();
          out.writeArrayFieldStart("rows");
          for (Result row : sorted) {
            row(out, row, samples.getOrDefault(row.sha256(), 0));
          }
          out.writeEndArray();
          rules(out);
          out.writeObjectFieldStart("details");
          for (Map.Entry<Integer, String> detail : details.entrySet()) {
            out.writeFieldName(String.valueOf(detail.getKey()));
            out.writeRawValue(detail.getValue());
          }
          out.writeEndObject();
          strings(out, "texts", json.texts());
          out.writeEndObject();
        });
  }

  private static void strings(JsonGenerator out, String name, List<String> values)
      throws IOException {
    out.writeArrayFieldStart(name);
    for (String value : values) {
      out.writeString(value);
    }
    out.writeEndArray();
  }

  private void bands(JsonGenerator out) throws IOException {
    out.writeArrayFieldStart("bands");
    for (Band band : BANDS) {
      out.writeStartArray();
      out.writeString(words.get("band." + band.word()));
      out.writeString(words.get("band." + band.word() + ".meaning"));
      out.writeEndArray();
    }
    out.writeEndArray();
  }

  private void sample(JsonGenerator out, Result first, Differences differences, Set<String> beside)
      throws IOException {
    out.writeStartArray();
    out.writeNumber(json.text(first.sample()));
    out.writeString(first.sha256());
    out.writeNumber(first.size());
    out.writeNumber(json.text(first.facts().fileType()));
    out.writeNumber(json.text(first.facts().architecture()));
    out.writeNumber(json.text(first.facts().abi()));
    out.writeNumber(json.text(first.facts().linkage()));
    out.writeNumber(json.text(first.facts().packed()));
    out.writeNumber(
        json.text(
            first
                .label()
                .category()
                .orElseGet(() -> words.get("label." + first.label().status().name()))));
    out.writeNumber(json.text(first.label().family().orElse("")));
    number(out, first.label().score());
    out.writeNumber(differences.bySample().getOrDefault(first.sha256(), -1));
    out.writeNumber(beside.contains(first.sha256()) ? 1 : 0);
    out.writeEndArray();
  }

  private void row(JsonGenerator out, Result row, int sample) throws IOException {
    Optional<Cause> cause = row.verdict().cause();
    out.writeStartArray();
    out.writeNumber(sample);
    out.writeNumber(environments.indexOf(row.environment()));
    out.writeNumber(OUTCOMES.indexOf(row.verdict().outcome()));
    out.writeString(cause.map(it -> it.type().name()).orElse(""));
    out.writeNumber(json.text(cause.map(Cause::detail).orElse("")));
    out.writeNumber(json.text(ending(row)));
    out.writeNumber(row.durationMs().orElse(-1));
    number(out, row.threatScore());
    number(out, row.impactScore());
    out.writeNumber(
        STATUSES.indexOf(row.impact().map(Impact::status).orElse(Impact.Status.NOT_OBSERVED)));
    out.writeNumber(
        row.impactScore().isPresent()
            ? BANDS.indexOf(Band.of(row.impactScore().getAsDouble()))
            : -1);
    out.writeStartArray();
    for (Dimension dimension : DIMENSIONS) {
      number(out, row.impact().map(it -> it.score(dimension)).orElse(OptionalDouble.empty()));
    }
    out.writeEndArray();
    out.writeStartArray();
    for (Hit hit : row.impact().map(Impact::hits).orElse(List.of())) {
      out.writeStartArray();
      out.writeNumber(rule(hit));
      out.writeNumber(hit.succeeded() ? 1 : 0);
      out.writeNumber(Math.round(hit.points() * TENTH) / TENTH);
      out.writeEndArray();
    }
    out.writeEndArray();
    out.writeStartArray();
    for (Measured loss : row.impact().map(Impact::measured).orElse(List.of())) {
      out.writeStartArray();
      out.writeNumber(DIMENSIONS.indexOf(loss.dimension()));
      out.writeNumber(Math.round(loss.points() * TENTH) / TENTH);
      out.writeNumber(json.text(loss.words()));
      out.writeEndArray();
    }
    out.writeEndArray();
    out.writeNumber(json.text(row.service().map(this::service).orElse("")));
    out.writeNumber(json.text(row.recording().map(Recording::inOneLine).orElse("")));
    out.writeNumber(json.text(row.saturation().orElse("")));
    out.writeNumber(json.text(row.note()));
    // By its place where it is the first attempt's, as nearly all are.
    String usual = "evidence/%s/%s".formatted(row.environment(), row.sha256());
    out.writeNumber(json.text(row.evidence().equals(usual) ? "" : row.evidence()));
    out.writeNumber(json.text(row.impact().map(Impact::why).orElse("")));
    out.writeNumber(WAYS.indexOf(Flow.Way.of(row)));
    out.writeNumber(row.service().map(Data::lost).orElse(0));
    out.writeStartArray();
    for (int second : lost(row)) {
      out.writeNumber(second);
    }
    out.writeEndArray();
    out.writeEndArray();
  }

  /** Whether an answer was lost: 1 before, 2 while, 4 after the sample ran, added up. */
  private static int lost(Service service) {
    return (service.before() ? 0 : 1)
        + (service.answersDuring() < service.probesDuring() ? 2 : 0)
        + (service.after().orElse(true) ? 0 : 4);
  }

  private String ending(Result row) {
    if (row.timedOut()) {
      return words.get("html.ending.limit");
    }
    return row.exitCode().isPresent()
        ? words.get("html.ending.status", String.valueOf(row.exitCode().getAsInt()))
        : row.signal().orElse("");
  }

  private String service(Service service) {
    return words.get(
        "html.service.row",
        words.get(service.before() ? "html.up" : "html.down"),
        service.answersDuring(),
        service.probesDuring(),
        service
            .after()
            .map(up -> words.get(up ? "html.up" : "html.down"))
            .orElse(words.get("html.unseen")),
        service
            .pageIntact()
            .map(intact -> words.get(intact ? "html.intact" : "html.changed"))
            .orElse(words.get("html.unseen")));
  }

  private int rule(Hit hit) {
    return rules.computeIfAbsent(
        hit.rule(),
        rule -> {
          ruleOf.add(hit);
          return ruleOf.size() - 1;
        });
  }

  /** Title, level, techniques, dimensions and author of each rule that was fulfilled. */
  private void rules(JsonGenerator out) throws IOException {
    out.writeArrayFieldStart("rules");
    for (Hit hit : ruleOf) {
      out.writeStartArray();
      out.writeNumber(json.text(hit.title()));
      out.writeNumber(json.text(words.get("level." + hit.level().word())));
      out.writeNumber(json.text(String.join(" ", hit.techniques()).toUpperCase(Locale.ROOT)));
      out.writeNumber(
          json.text(
              words.list(
                  hit.dimensions().stream()
                      .map(it -> words.get("dimension." + it.word()))
                      .toList())));
      out.writeNumber(json.text(hit.author().orElse("")));
      out.writeNumber(json.text(hit.rule()));
      out.writeEndArray();
    }
    out.writeEndArray();
  }

  private static void number(JsonGenerator out, OptionalDouble value) throws IOException {
    if (value.isPresent()) {
      out.writeNumber(new BigDecimal(Wording.number(value.getAsDouble())));
    } else {
      out.writeNull();
    }
  }

  /** The seconds in which a request of this row was not answered; 0 is before its start. */
  private static List<Integer> lost(Result row) {
    List<Integer> lost = new ArrayList<>();
    row.service()
        .flatMap(Service::overTime)
        .ifPresent(
            it -> {
              for (int i = 0; i < it.asked().size(); i++) {
                if (it.answered().get(i) < it.asked().get(i)) {
                  lost.add(i);
                }
              }
            });
    return lost;
  }
}
