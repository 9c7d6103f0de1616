package org.malassay.reports.csv;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.commons.csv.CSVFormat;
import org.malassay.options.Options;
import org.malassay.report.Report;
import org.malassay.report.Runs;
import org.malassay.reports.writing.SortedText;
import org.malassay.reports.writing.WholeFile;
import org.malassay.run.RunDirectory;

/**
 * {@code results.csv}: one row a sample and environment, in the order of environment and path. The
 * package's description says how cells are written.
 */
public final class ResultsReport implements Report {
  private static final CSVFormat FORMAT = CSVFormat.RFC4180;

  @Override
  public String name() {
    return "csv";
  }

  @Override
  public Path write(Runs runs, Options options) throws IOException {
    RunDirectory run = runs.run();
    Path file = run.path().resolve("results.csv");
    try (SortedText rows =
        SortedText.of(run, result -> FORMAT.format(Column.row(result).toArray()))) {
      WholeFile.write(
          file,
          out -> {
            FORMAT.printRecord(out, Column.header().toArray());
            rows.forEach(
                (environment, row) -> {
                  out.write(row);
                  out.write(FORMAT.getRecordSeparator());
                });
          });
    }
    return file;
  }
}
