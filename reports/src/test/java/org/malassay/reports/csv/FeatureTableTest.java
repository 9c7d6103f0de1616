package org.malassay.reports.csv;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.features.FeatureColumns;
import org.malassay.features.FeatureSheet;
import org.malassay.features.Features;
import org.malassay.features.Part;
import org.malassay.reports.MadeUp;
import org.malassay.run.CorpusEntry;
import org.malassay.run.RunDirectory;
import org.malassay.sample.FileFacts;
import org.malassay.sample.FileFacts.FileType;

class FeatureTableTest {
  private static final int TEXTS = 6;

  private final Path runs;

  FeatureTableTest(@TempDir Path runs) {
    this.runs = runs;
  }

  private RunDirectory run(CorpusEntry... corpus) throws IOException {
    return RunDirectory.create(
        runs, MadeUp.header("made-up", Map.of(), Map.of(), Map.of()), List.of(corpus));
  }

  private static CorpusEntry entry(String path, Optional<String> duplicateOf) {
    return new CorpusEntry(
        path, MadeUp.sha256(path), 1, FileFacts.of(FileType.TEXT), duplicateOf, Optional.empty());
  }

  private static void make(
      RunDirectory run, String path, Map<String, Double> numbers, Map<Part, String> missing)
      throws IOException {
    run.writeFeatures(
        MadeUp.sha256(path),
        new Features(
            new FeatureSheet(
                new TreeSet<>(List.of(Part.values())),
                new TreeMap<>(numbers),
                Optional.of("T1AB"),
                new TreeMap<>(missing)),
            List.of()));
  }

  private static List<CSVRecord> table(RunDirectory run) throws IOException {
    Path results = MadeUp.write(new ResultsReport(), run);
    try (Reader in = Files.newBufferedReader(results.resolveSibling("features.csv"))) {
      return CSVFormat.RFC4180.builder().setHeader().get().parse(in).getRecords();
    }
  }

  @Test
  void everySampleOfTheCorpusIsOneRow() throws IOException {
    RunDirectory run =
        run(
            entry("a", Optional.empty()),
            entry("b", Optional.of("a")),
            entry("=cmd|' /C calc'!A0\n", Optional.empty()));
    make(run, "a", Map.of("entropy", 6.5, "strings", 0.0, "size", 123456789.0), Map.of());
    List<CSVRecord> table = table(run);
    assertThat(table).hasSize(2);
    assertThat(table).isSortedAccordingTo((a, b) -> a.get("sha256").compareTo(b.get("sha256")));
    CSVRecord made = row(table, "a");
    assertThat(made.get("entropy")).isEqualTo("6.5");
    assertThat(made.get("size")).isEqualTo("123456789");
    assertThat(made.get("tlsh")).isEqualTo("T1AB");
    assertThat(made.get("features_missing")).isEmpty();
    CSVRecord not = row(table, "=cmd|' /C calc'!A0\n");
    assertThat(not.get("sample")).isEqualTo("\\x3dcmd|' /C calc'!A0\\n");
    assertThat(not.get("features_missing")).isEqualTo("not made");
    assertThat(not.toList().subList(TEXTS, not.size())).containsOnly("");
  }

  @Test
  void whatWasNotMeasuredIsEmptyAndWhatWasNoneIsNought() throws IOException {
    RunDirectory run = run(entry("a", Optional.empty()));
    make(run, "a", Map.of("strings", 0.0), Map.of(Part.OPCODES, "=no objdump"));
    CSVRecord row = table(run).get(0);
    assertThat(row.get("strings")).isEqualTo("0");
    assertThat(row.get("opcodes")).isEmpty();
    assertThat(row.get("features_missing")).isEqualTo("opcodes: =no objdump");
  }

  /** The columns that a reader may have learned on; new ones go behind them. */
  @Test
  void columnsAreTheSameWhateverTheSamples() throws IOException {
    RunDirectory run = run(entry("a", Optional.empty()));
    make(run, "a", Map.of("no such column", 1.0), Map.of());
    List<String> header = table(run).get(0).getParser().getHeaderNames();
    assertThat(header).hasSize(TEXTS + FeatureColumns.ALL.size()).doesNotContain("no such column");
    try (InputStream known = getClass().getResourceAsStream("/features-columns.txt")) {
      assertThat(header)
          .as("a new column goes to the end; one that is there keeps its name and place")
          .startsWith(new String(known.readAllBytes(), UTF_8).split("\n"));
    }
  }

  @Test
  void aRunWithoutFeaturesHasNoSuchTable() throws IOException {
    RunDirectory run = run(entry("a", Optional.empty()));
    Path results = MadeUp.write(new ResultsReport(), run);
    assertThat(results.resolveSibling("features.csv")).doesNotExist();
  }

  private static CSVRecord row(List<CSVRecord> table, String path) {
    return table.stream()
        .filter(row -> row.get("sha256").equals(MadeUp.sha256(path)))
        .findFirst()
        .orElseThrow();
  }
}
