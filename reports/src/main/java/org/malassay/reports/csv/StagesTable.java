package org.malassay.reports.csv;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.csv.CSVFormat;
import org.malassay.files.WholeFile;
import org.malassay.reports.comparison.Infections;
import org.malassay.sample.CsvCell;

/**
 * {@code stages.csv}: how many login sessions reached each stage of an infection in each
 * environment, and of how many nothing but refused attempts was seen.
 */
final class StagesTable {
  private static final CSVFormat FORMAT = CSVFormat.RFC4180;

  private StagesTable() {}

  /** Without login sessions there is no such file: that of an earlier report goes. */
  static void write(Path run, Optional<Infections> infections) throws IOException {
    Path file = run.resolve("stages.csv");
    if (infections.isEmpty()) {
      Files.deleteIfExists(file);
      return;
    }
    Infections all = infections.get();
    WholeFile.writeText(
        file,
        out -> {
          FORMAT.printRecord(out, "environment", "stage", "sessions", "reached", "refused");
          for (Map.Entry<String, Integer> environment : all.sessions().entrySet()) {
            for (String stage : all.stages().keySet()) {
              Infections.Seen seen = all.seen(stage, environment.getKey());
              FORMAT.printRecord(
                  out,
                  CsvCell.text(environment.getKey()),
                  CsvCell.text(stage),
                  environment.getValue(),
                  seen.reached(),
                  seen.refused());
            }
          }
        });
  }
}
