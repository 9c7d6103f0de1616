package org.malassay.reports.csv;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.malassay.files.WholeFile;
import org.malassay.reports.comparison.Variants;
import org.malassay.run.Result;
import org.malassay.sample.CsvCell;
import org.malassay.verdict.Cause;

/**
 * {@code variants.csv}: the samples that do not end alike in two variants of one environment, one a
 * row. Only its header where all do.
 */
final class VariantsTable {
  private static final CSVFormat FORMAT = CSVFormat.RFC4180;

  private VariantsTable() {}

  /** Without two variants there is no such file: that of an earlier report goes. */
  static void write(Path run, List<Variants> all) throws IOException {
    Path file = run.resolve("variants.csv");
    if (all.isEmpty()) {
      Files.deleteIfExists(file);
      return;
    }
    WholeFile.writeText(
        file,
        out -> {
          FORMAT.printRecord(
              out,
              "environment",
              "sample",
              "sha256",
              "variant",
              "verdict",
              "cause",
              "note",
              "other_variant",
              "other_verdict",
              "other_cause",
              "other_note",
              "reason");
          for (Variants variants : all) {
            for (Variants.Unlike unlike : variants.unlike()) {
              FORMAT.printRecord(
                  out, cells(variants, unlike).stream().map(CsvCell::text).toArray());
            }
          }
        });
  }

  private static List<String> cells(Variants variants, Variants.Unlike unlike) {
    List<String> cells = new ArrayList<>();
    cells.add(variants.environment());
    cells.add(unlike.first().sample());
    cells.add(unlike.first().sha256());
    for (Result row : List.of(unlike.first(), unlike.second())) {
      cells.add(Variants.variant(row.environment()));
      cells.add(row.verdict().outcome().name());
      cells.add(row.verdict().cause().map(Cause::toString).orElse(""));
      cells.add(row.note());
    }
    cells.add(unlike.reason());
    return cells;
  }
}
