package org.malassay.reports.csv;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.malassay.files.WholeFile;
import org.malassay.options.Options;
import org.malassay.report.Report;
import org.malassay.report.Runs;
import org.malassay.run.CorpusEntry;
import org.malassay.run.RunDirectory;
import org.malassay.sample.CsvCell;

/**
 * {@code file-types.csv}: how many files of the corpus are of each kind, whether or not they were
 * run. {@code samples} counts different files, {@code duplicates} further copies of them.
 */
public final class FileTypesReport implements Report {

  @Override
  public String name() {
    return "file-types";
  }

  @Override
  public Path write(Runs runs, Options options) throws IOException {
    RunDirectory run = runs.run();
    Map<FileKind, Count> counts = new TreeMap<>();
    run.forEachCorpusEntry(
        entry -> counts.merge(FileKind.of(entry.facts()), Count.of(entry), Count::plus));
    Path file = run.path().resolve("file-types.csv");
    WholeFile.writeText(
        file,
        out -> {
          CSVPrinter csv = new CSVPrinter(out, CSVFormat.RFC4180);
          csv.printRecord("file_type", "architecture", "abi", "linkage", "samples", "duplicates");
          for (var line : counts.entrySet()) {
            FileKind kind = line.getKey();
            csv.printRecord(
                CsvCell.text(kind.fileType()),
                CsvCell.text(kind.architecture()),
                CsvCell.text(kind.abi()),
                CsvCell.text(kind.linkage()),
                line.getValue().samples(),
                line.getValue().duplicates());
          }
        });
    return file;
  }

  private record Count(int samples, int duplicates) {
    static Count of(CorpusEntry entry) {
      return entry.duplicateOf().isPresent() ? new Count(0, 1) : new Count(1, 0);
    }

    Count plus(Count other) {
      return new Count(samples + other.samples, duplicates + other.duplicates);
    }
  }
}
