package org.malassay.reports.csv;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.apache.commons.csv.CSVFormat;
import org.malassay.files.WholeFile;
import org.malassay.infection.Infection;
import org.malassay.reports.comparison.AgainstBaseline;
import org.malassay.reports.comparison.Apart;
import org.malassay.reports.comparison.Change;
import org.malassay.reports.writing.Wording;
import org.malassay.run.Result;
import org.malassay.sample.CsvCell;
import org.malassay.verdict.Cause;

/**
 * {@code baseline.csv}: one change a row, with what was and what is; first those of rows, then what
 * differs between the runs. Only its header where nothing does.
 */
final class BaselineTable {
  private static final CSVFormat FORMAT = CSVFormat.RFC4180;

  private BaselineTable() {}

  /** Without a baseline there is no such file: that of an earlier report goes. */
  static void write(Path run, Optional<AgainstBaseline> against) throws IOException {
    Path file = run.resolve("baseline.csv");
    if (against.isEmpty()) {
      Files.deleteIfExists(file);
      return;
    }
    WholeFile.writeText(
        file,
        out -> {
          FORMAT.printRecord(out, "environment", "sample", "sha256", "what", "before", "now");
          for (List<String> line : lines(against.get())) {
            FORMAT.printRecord(out, line.stream().map(CsvCell::text).toArray());
          }
        });
  }

  private static List<List<String>> lines(AgainstBaseline against) {
    List<List<String>> lines = new ArrayList<>();
    against.changes().forEach(change -> add(lines, change));
    for (Apart apart : against.apart()) {
      lines.add(
          List.of(
              apart.environment(),
              "",
              "",
              (apart.of().name().toLowerCase(Locale.ROOT) + " " + apart.name()).strip(),
              apart.before(),
              apart.now()));
    }
    return lines;
  }

  private static void add(List<List<String>> lines, Change change) {
    if (change.before().isEmpty() || change.now().isEmpty()) {
      add(lines, change, "row", row -> "measured");
      return;
    }
    add(lines, change, "verdict", row -> row.verdict().outcome().name());
    add(lines, change, "cause", row -> row.verdict().cause().map(Cause::toString).orElse(""));
    if (change.tellsStages()) {
      add(lines, change, "stages", row -> row.infection().map(Infection::reached).orElse(""));
      add(
          lines,
          change,
          "last_stage",
          row -> row.infection().map(Infection::lastOrNone).orElse(""));
    }
    if (change.told().changed()) {
      lines.add(
          line(
              change,
              "outcome",
              change.told().before().outcome().word(),
              change.told().now().outcome().word()));
    }
    add(lines, change, "threat_score", row -> number(row.threatScore()));
    add(lines, change, "impact_score", row -> number(row.impactScore()));
    change.newHits().forEach(title -> lines.add(line(change, "hit", "", title)));
    change.goneHits().forEach(title -> lines.add(line(change, "hit", title, "")));
  }

  /** Nothing where both are the same. */
  private static void add(
      List<List<String>> lines, Change change, String what, Function<Result, String> value) {
    String before = change.before().map(value).orElse("");
    String now = change.now().map(value).orElse("");
    if (!before.equals(now)) {
      lines.add(line(change, what, before, now));
    }
  }

  private static List<String> line(Change change, String what, String before, String now) {
    Result row = change.row();
    return List.of(row.environment(), row.sample(), row.sha256(), what, before, now);
  }

  private static String number(OptionalDouble score) {
    return score.isPresent() ? Wording.number(score.getAsDouble()) : "";
  }
}
