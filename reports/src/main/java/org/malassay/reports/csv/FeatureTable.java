package org.malassay.reports.csv;

import java.io.BufferedWriter;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.malassay.features.FeatureColumns;
import org.malassay.features.FeatureSheet;
import org.malassay.files.WholeFile;
import org.malassay.run.CorpusEntry;
import org.malassay.run.RunDirectory;
import org.malassay.sample.CsvCell;

/**
 * {@code features.csv}: one row a sample, in the order of SHA-256. The first columns are text, all
 * others numbers; their names and their order are the same whatever the samples.
 */
final class FeatureTable {
  private static final CSVFormat FORMAT = CSVFormat.RFC4180;
  private static final List<String> TEXTS =
      List.of("sha256", "sample", "file_type", "architecture", "tlsh", "features_missing");

  private FeatureTable() {}

  static Path write(RunDirectory run) throws IOException {
    List<CorpusEntry> samples = new ArrayList<>();
    run.forEachCorpusEntry(
        entry -> {
          if (entry.duplicateOf().isEmpty()) {
            samples.add(entry);
          }
        });
    samples.sort(Comparator.comparing(CorpusEntry::sha256));
    Path file = run.path().resolve("features.csv");
    WholeFile.writeText(
        file,
        out -> {
          FORMAT.printRecord(
              out, Stream.concat(TEXTS.stream(), FeatureColumns.ALL.stream()).toArray());
          for (CorpusEntry sample : samples) {
            row(sample, run.featureSheet(sample.sha256()), out);
          }
        });
    return file;
  }

  private static void row(CorpusEntry sample, Optional<FeatureSheet> sheet, BufferedWriter out)
      throws IOException {
    Stream<String> texts =
        Stream.of(
                sample.sha256(),
                sample.path(),
                sample.facts().fileType(),
                sample.facts().architecture(),
                sheet.flatMap(FeatureSheet::tlsh).orElse(""),
                sheet.map(FeatureSheet::missingInWords).orElse("not made"))
            .map(CsvCell::text);
    Stream<String> numbers =
        FeatureColumns.ALL.stream()
            .map(column -> sheet.map(it -> it.numbers().get(column)).map(FeatureTable::number))
            .map(number -> number.orElse(""));
    FORMAT.printRecord(out, Stream.concat(texts, numbers).toArray());
  }

  /** To six digits behind the point; a whole number without one. */
  private static String number(double value) {
    return BigDecimal.valueOf(value)
        .setScale(6, RoundingMode.HALF_UP)
        .stripTrailingZeros()
        .toPlainString();
  }
}
