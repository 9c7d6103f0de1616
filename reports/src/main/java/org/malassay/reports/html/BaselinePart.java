package org.malassay.reports.html;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.malassay.reports.comparison.AgainstBaseline;
import org.malassay.reports.comparison.Apart;
import org.malassay.reports.comparison.Change;
import org.malassay.reports.comparison.ChangeText;
import org.malassay.reports.writing.Cell;
import org.malassay.reports.writing.Table;
import org.malassay.reports.writing.Wording;
import org.malassay.reports.writing.Words;
import org.malassay.run.Result;
import org.malassay.run.ResultKey;

/**
 * The run against its baseline, as the page shows it.
 *
 * @param sentences what it says
 * @param counts how many rows changed in which way
 * @param rows the gravest of them
 * @param apart what differs between the runs
 * @param data for the marks in the matrix, as JSON that {@code report.js} reads
 */
public record BaselinePart(
    List<String> sentences, Table counts, Table rows, Table apart, String data) {
  /**
   * The changed rows that are shown, and as many of the baseline alone, which are shown nowhere
   * else.
   */
  private static final int MOST = 100;

  private static final List<Change.Kind> KINDS = List.of(Change.Kind.values());

  public BaselinePart {
    sentences = List.copyOf(sentences);
  }

  /**
   * @param environments those of the page, in its order
   * @param sorted the rows of the page, in its order
   */
  static BaselinePart of(
      AgainstBaseline against, List<String> environments, List<Result> sorted, Words words)
      throws IOException {
    return new BaselinePart(
        against.sentences(words),
        counts(against, environments, words),
        rows(against, words),
        apart(against, words),
        data(against, sorted, words));
  }

  /** A number leads to the rows of the page; those of the baseline alone are in the table below. */
  private static Table counts(AgainstBaseline against, List<String> environments, Words words) {
    Set<String> all = new LinkedHashSet<>(environments);
    all.addAll(against.environments());
    List<String> head = new ArrayList<>(words.titles("table.changes.head"));
    all.forEach(name -> head.add(words.environment(name)));
    List<List<Cell>> lines = new ArrayList<>();
    against
        .counts()
        .forEach(
            (kind, counts) -> {
              List<Cell> line = new ArrayList<>();
              String base = "base=" + KINDS.indexOf(kind);
              boolean here = kind != Change.Kind.ONLY_BEFORE;
              line.add(Cell.of(ChangeText.kind(kind, words)).to(here ? base : "baseline-rows"));
              for (String name : all) {
                int place = environments.indexOf(name);
                line.add(
                    Cell.number(counts.getOrDefault(name, 0))
                        .to(
                            here && place >= 0
                                ? "env=%d&%s".formatted(place, base)
                                : "baseline-rows"));
              }
              lines.add(line);
            });
    return new Table(words.get("table.changes"), head, lines);
  }

  private static Table rows(AgainstBaseline against, Words words) {
    List<List<Cell>> lines = new ArrayList<>();
    List<Change> shown =
        Stream.of(true, false)
            .flatMap(
                here ->
                    against.changes().stream()
                        .filter(it -> it.now().isPresent() == here)
                        .limit(MOST))
            .toList();
    for (Change change : shown) {
      Cell title = Cell.of(Wording.title(change.row()));
      lines.add(
          List.of(
              change.now().map(row -> title.to("sample=" + row.sha256())).orElse(title),
              Cell.of(words.environment(change.row().environment())),
              Cell.of(ChangeText.kinds(change, words)),
              Cell.of(ChangeText.verdict(change, words)),
              Cell.number(ChangeText.threat(change, words)),
              Cell.number(ChangeText.impact(change, words)),
              Cell.of(ChangeText.hits(change))));
    }
    int all = against.changes().size();
    return new Table(
        all > shown.size()
            ? words.get("table.changed.first", shown.size(), all)
            : words.get("table.changed"),
        words.titles("table.changed.head"),
        lines);
  }

  private static Table apart(AgainstBaseline against, Words words) {
    List<List<Cell>> lines = new ArrayList<>();
    for (Apart it : against.apart()) {
      lines.add(
          List.of(
              Cell.of(ChangeText.apart(it, words)),
              new Cell(ChangeText.fromTo(it, words), "", "names")));
    }
    return new Table(words.get("table.apart"), words.titles("table.apart.head"), lines);
  }

  private static String data(AgainstBaseline against, List<Result> sorted, Words words)
      throws IOException {
    Map<ResultKey, Integer> places = new HashMap<>();
    for (int i = 0; i < sorted.size(); i++) {
      places.put(ResultKey.ofAnswer(sorted.get(i)), i);
    }
    return Json.write(
        out -> {
          out.writeStartObject();
          out.writeStringField("title", words.get("baseline.since"));
          out.writeArrayFieldStart("kinds");
          for (String kind :
              Arrays.stream(Change.Kind.values()).map(it -> ChangeText.kind(it, words)).toList()) {
            out.writeString(kind);
          }
          out.writeEndArray();
          out.writeObjectFieldStart("rows");
          for (Change change : against.changes()) {
            Integer place = places.get(ResultKey.ofAnswer(change.row()));
            if (change.now().isPresent() && place != null) {
              out.writeArrayFieldStart(String.valueOf(place));
              for (Change.Kind kind : change.kinds()) {
                out.writeNumber(KINDS.indexOf(kind));
              }
              out.writeEndArray();
            }
          }
          out.writeEndObject();
          out.writeEndObject();
        });
  }
}
