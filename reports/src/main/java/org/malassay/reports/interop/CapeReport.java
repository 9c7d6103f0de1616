package org.malassay.reports.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.malassay.options.Options;
import org.malassay.report.Runs;
import org.malassay.run.Result;
import org.malassay.sample.SafeText;

/**
 * {@code cape/ENVIRONMENT/SHA256/reports/report.json}: a row in the shape of CAPE's report, in the
 * folder that an archive of an analysis has. On request: the events of all samples are read.
 */
public final class CapeReport extends FolderReport {
  public CapeReport() {
    super("cape");
  }

  @Override
  void fill(Path folder, Runs runs, Options options) throws IOException {
    for (List<Result> rows : Observed.bySample(runs.answers()).values()) {
      for (Result row : rows) {
        Path reports =
            folder
                .resolve(SafeText.fileName(row.environment()))
                .resolve(SafeText.fileName(row.sha256()))
                .resolve("reports");
        Files.createDirectories(reports);
        Json.write(
            Json.SNAKE_CASE,
            reports.resolve("report.json"),
            CapeDocument.of(runs.run().header(), techniques(), Observed.of(runs.run(), row)));
      }
    }
  }
}
