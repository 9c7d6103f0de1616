package org.malassay.reports.csv;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.commons.csv.CSVFormat;
import org.malassay.files.WholeFile;
import org.malassay.options.Options;
import org.malassay.report.Report;
import org.malassay.report.Runs;
import org.malassay.reports.writing.Sorted;
import org.malassay.run.Result;

/**
 * {@code results.csv}: one row a sample, environment and repetition, in the order of environment
 * and path; and {@code features.csv} beside it, where the run has static features, {@code
 * commands.csv} where it has login sessions. The package's description says how cells are written.
 */
public final class ResultsReport implements Report {
  private static final CSVFormat FORMAT = CSVFormat.RFC4180;

  @Override
  public String name() {
    return "csv";
  }

  @Override
  public Path write(Runs runs, Options options) throws IOException {
    Path file = runs.run().path().resolve("results.csv");
    WholeFile.writeText(
        file,
        out -> {
          FORMAT.printRecord(out, Column.header().toArray());
          for (Result result : Sorted.of(runs.results())) {
            FORMAT.printRecord(out, Column.row(result).toArray());
          }
        });
    CommandsTable.write(runs.run(), Sorted.of(runs.results()));
    if (runs.run().hasFeatures()) {
      FeatureTable.write(runs.run());
    }
    return file;
  }
}
