package org.malassay.reports.csv;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.malassay.reports.MadeUp;
import org.malassay.run.Result;
import org.malassay.run.RunDirectory;
import org.malassay.verdict.Cause;

/** What the README says of DuckDB. The database is on the class path with -Dslow alone. */
@Tag("slow")
class DuckDbTest {
  /** Of every row that runs. */
  private static final double IMPACT =
      Math.round(MadeUp.row("box", "a").build().impactScore().orElseThrow() * 100) / 100.0;

  @TempDir Path folder;

  @BeforeEach
  void makeRuns() throws IOException {
    for (String id : List.of("20260301-120000-1a2b", "20260302-120000-1a2b")) {
      List<Result> rows = new ArrayList<>();
      for (String name : MadeUp.HOSTILE_NAMES) {
        rows.add(MadeUp.row("box", name).build(id));
        rows.add(
            MadeUp.row("crate", name)
                .notExecutable(Cause.Type.MISSING_LIBRARY, name)
                .note(name)
                .unseen()
                .build(id));
      }
      RunDirectory run = MadeUp.run(folder.resolve("target/runs"), id, rows);
      MadeUp.write(new ResultsReport(), run);
      MadeUp.write(new ComparisonReport(), run);
    }
  }

  private Connection database() throws SQLException {
    Connection database = DriverManager.getConnection("jdbc:duckdb:");
    try (Statement statement = database.createStatement()) {
      statement.execute("SET file_search_path = '" + folder + "'"); // what a user stands in
    }
    return database;
  }

  private static String shown() throws IOException {
    Matcher query =
        Pattern.compile("```sql\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(Path.of("README.md")));
    assertThat(query.find()).isTrue();
    return query.group(1);
  }

  @Test
  void theReadmesQueryReadsManyRuns() throws Exception {
    List<List<Object>> rows = new ArrayList<>();
    try (Connection database = database();
        Statement statement = database.createStatement();
        ResultSet found = statement.executeQuery(shown())) {
      while (found.next()) {
        rows.add(
            List.of(
                found.getString("run"),
                found.getString("environment"),
                found.getInt("samples"),
                found.getInt("executable")));
        assertThat(found.getDouble("mean_impact"))
            .isEqualTo(found.getString("environment").equals("box") ? IMPACT : 0);
      }
    }
    int names = MadeUp.HOSTILE_NAMES.size();
    assertThat(rows)
        .containsExactly(
            List.of("20260301-120000-1a2b", "box", names, names),
            List.of("20260301-120000-1a2b", "crate", names, 0),
            List.of("20260302-120000-1a2b", "box", names, names),
            List.of("20260302-120000-1a2b", "crate", names, 0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"results.csv", "comparison.csv"})
  void everyCellIsReadAsItStands(String name) throws Exception {
    Path file = folder.resolve("target/runs/20260301-120000-1a2b").resolve(name);
    List<List<String>> expected = new ArrayList<>();
    try (Reader in = Files.newBufferedReader(file, UTF_8)) {
      for (CSVRecord row : CSVFormat.RFC4180.builder().get().parse(in)) {
        expected.add(row.toList());
      }
    }
    List<List<String>> read = new ArrayList<>();
    String query =
        shown()
            .replaceFirst("(?s)SELECT.*?FROM", "SELECT * FROM")
            .replaceFirst("(?s)GROUP.*", "")
            .replaceFirst("types = \\{.*?}", "nullstr = ''")
            .replace("all_varchar = false", "all_varchar = true")
            .replace("2*/results.csv", "20260301*/" + name);
    try (Connection database = database();
        Statement statement = database.createStatement();
        ResultSet found = statement.executeQuery(query)) {
      int columns = found.getMetaData().getColumnCount();
      List<String> head = new ArrayList<>();
      for (int i = 1; i <= columns; i++) {
        head.add(found.getMetaData().getColumnName(i));
      }
      read.add(head);
      while (found.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= columns; i++) {
          String cell = found.getString(i);
          row.add(cell == null ? "" : cell);
        }
        read.add(row);
      }
    }
    assertThat(read).hasSizeGreaterThan(5).isEqualTo(expected);
  }
}
