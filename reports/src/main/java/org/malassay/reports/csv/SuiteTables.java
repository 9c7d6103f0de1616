package org.malassay.reports.csv;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.csv.CSVFormat;
import org.malassay.files.WholeFile;
import org.malassay.reports.comparison.SuiteAnswer;
import org.malassay.reports.comparison.Suites;
import org.malassay.sample.CsvCell;

/**
 * {@code bypasses.csv} and {@code tasks.csv}: what became of each way around a defence, and of each
 * task of administration, in each environment, with the guest's reason.
 */
final class SuiteTables {
  private static final CSVFormat FORMAT = CSVFormat.RFC4180;

  private SuiteTables() {}

  /** Without sessions of a suite there is no such file: that of an earlier report goes. */
  static void write(Path run, Optional<Suites> suites) throws IOException {
    Map<String, Map<String, SuiteAnswer>> tasks = new LinkedHashMap<>();
    suites.ifPresent(it -> tasks.putAll(it.tasks()));
    suites.ifPresent(it -> tasks.putAll(it.ways()));
    write(
        run.resolve("bypasses.csv"),
        suites.map(Suites::bypasses).orElse(Map.of()),
        "bypass",
        "reason");
    write(run.resolve("tasks.csv"), tasks, "task", "what");
  }

  private static void write(
      Path file, Map<String, Map<String, SuiteAnswer>> told, String name, String reason)
      throws IOException {
    if (told.isEmpty()) {
      Files.deleteIfExists(file);
      return;
    }
    WholeFile.writeText(
        file,
        out -> {
          FORMAT.printRecord(out, "environment", name, "outcome", reason);
          for (Map.Entry<String, Map<String, SuiteAnswer>> one : told.entrySet()) {
            for (Map.Entry<String, SuiteAnswer> answer : one.getValue().entrySet()) {
              FORMAT.printRecord(
                  out,
                  CsvCell.text(answer.getKey()),
                  CsvCell.text(one.getKey()),
                  answer.getValue().outcome().word(),
                  CsvCell.text(answer.getValue().reason()));
            }
          }
        });
  }
}
