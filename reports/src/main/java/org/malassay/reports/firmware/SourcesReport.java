package org.malassay.reports.firmware;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.malassay.files.WholeFile;
import org.malassay.firmware.survey.SurveyDirectory;
import org.malassay.firmware.survey.SurveyReport;
import org.malassay.options.Options;
import org.malassay.sample.CsvCell;

/**
 * {@code sources.csv}: what the source packages of a survey have, and each beside the images of the
 * same product. Without a source package there is none.
 */
public final class SourcesReport implements SurveyReport {
  private static final List<String> HEADER =
      List.of(
          "sources", "vendor", "product", "version", "image", "what", "name", "source", "binary",
          "note");

  @Override
  public String name() {
    return "sources";
  }

  @Override
  public Path write(SurveyDirectory survey, Options options) throws IOException {
    Path file = survey.path().resolve("sources.csv");
    int[] packages = new int[1];
    WholeFile.writeText(
        file,
        out -> {
          CSVFormat.RFC4180.printRecord(out, HEADER.toArray());
          packages[0] =
              Sources.of(
                      survey,
                      (sources, image, what, name, source, binary, note) ->
                          CSVFormat.RFC4180.printRecord(
                              out,
                              CsvCell.text(sources.name()),
                              CsvCell.text(sources.vendor()),
                              CsvCell.text(sources.product()),
                              CsvCell.text(sources.version()),
                              CsvCell.text(image),
                              what,
                              CsvCell.text(name),
                              CsvCell.text(source),
                              CsvCell.text(binary),
                              CsvCell.text(note)))
                  .size();
        });
    if (packages[0] == 0) {
      Files.deleteIfExists(file);
      return survey.path();
    }
    return file;
  }
}
