package org.malassay.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** The folder {@code experiments/samples}, as its tests see it. */
final class SampleSources {
  static final Path ROOT = Path.of(Objects.requireNonNull(System.getProperty("malassay.root")));
  static final Path FOLDER = ROOT.resolve("experiments/samples");
  static final Path SCRIPT = FOLDER.resolve("build.sh");

  /** The exit status of a sample that refuses to act outside a guest. */
  static final int NOT_IN_A_GUEST = 99;

  private static final Pattern GUARD_FIRST =
      Pattern.compile("int main\\(void\\)\\n\\{\\n(?: [^;(]*;\\n)*\\n? +only_in_a_guest\\(\\);\\n");

  private SampleSources() {}

  /** One line of {@code build.sh --list}. */
  record Recipe(String sample, String source, List<String> options) {
    static Recipe of(String line) {
      List<String> words = List.of(line.strip().split(" +", -1));
      return new Recipe(words.get(0), words.get(1), words.subList(2, words.size()));
    }
  }

  /** One row of {@code expected.csv}. */
  record Expectation(String sample, String environment, String verdict, String cause, String why) {}

  static List<Recipe> recipes() throws IOException, InterruptedException {
    Command.Outcome list = Command.of("sh", SCRIPT.toString(), "--list").run();
    assertThat(list.status()).as(list.output()).isZero();
    return list.output().lines().map(Recipe::of).toList();
  }

  static List<Expectation> expectations() throws IOException {
    return rows("expected.csv").stream().map(SampleSources::expectation).toList();
  }

  /** The rows of a table of the samples' folder, by the names of its columns. */
  static List<CSVRecord> rows(String table) throws IOException {
    CSVFormat format = CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).get();
    try (Reader reader = Files.newBufferedReader(FOLDER.resolve(table));
        CSVParser rows = format.parse(reader)) {
      return rows.getRecords();
    }
  }

  private static Expectation expectation(CSVRecord row) {
    return new Expectation(
        row.get("sample"),
        row.get("environment"),
        row.get("verdict"),
        row.get("cause"),
        row.get("why"));
  }

  /** Every C source that is a program, with its text. */
  static List<Source> programs() throws IOException {
    return files(FOLDER, ".c").filter(source -> source.text().contains("int main(")).toList();
  }

  static Stream<Source> files(Path folder, String suffix) throws IOException {
    try (Stream<Path> paths = Files.list(folder)) {
      return paths
          .filter(path -> path.toString().endsWith(suffix))
          .sorted()
          .map(SampleSources::source)
          .toList()
          .stream();
    }
  }

  private static Source source(Path path) {
    try {
      return new Source(path, Files.readString(path, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One source file. */
  record Source(Path path, String text) {
    String name() {
      return path.getFileName().toString();
    }

    /** True when the first statement of its main function is the lock of guest.h. */
    boolean isLocked() {
      return text.contains("#include \"guest.h\"") && GUARD_FIRST.matcher(text).find();
    }
  }
}
