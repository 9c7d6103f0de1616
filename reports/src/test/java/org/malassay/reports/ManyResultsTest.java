package org.malassay.reports;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.environment.Piece;
import org.malassay.options.Options;
import org.malassay.report.Report;
import org.malassay.report.Runs;
import org.malassay.run.Journal;
import org.malassay.run.Result;
import org.malassay.run.RunDirectory;
import org.malassay.run.RunHeader;

/**
 * A run of 10,000 results goes through the journal and all reports in a heap of 256 MB; those on
 * request are made of 1,000.
 */
class ManyResultsTest {
  private static final int RESULTS = 10_000;

  /** Of reports with a file a sample, which nobody makes unasked. */
  private static final int ON_REQUEST = 1_000;

  private static final int BATCH = 100;

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void tenThousandResultsFitIntoAHeapOf256Megabytes(@TempDir Path runs)
      throws IOException, InterruptedException {
    Path log = runs.resolve("log");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                ManyResultsTest.class.getName(),
                runs.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      assertThat(process.waitFor()).as(() -> read(log)).isZero();
    } finally {
      process.destroyForcibly();
    }
    try (Stream<String> lines = Files.lines(runs.resolve("many/results.csv"))) {
      assertThat(lines).hasSize(RESULTS + 1);
    }
    try (Stream<Path> files = Files.list(runs.resolve("many/allure-results"))) {
      assertThat(files.filter(file -> file.toString().endsWith("-result.json"))).hasSize(RESULTS);
    }
  }

  private static String read(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** What runs in the small heap; prints how long each part took. */
  public static void main(String[] arguments) throws IOException {
    reports(run(Path.of(arguments[0]), "many", RESULTS), false);
    reports(run(Path.of(arguments[0]), "some", ON_REQUEST), true);
  }

  private static RunDirectory run(Path runs, String id, int results) throws IOException {
    long start = System.nanoTime();
    RunHeader header = MadeUp.header(id, Map.of(), Map.of(), Map.of());
    RunDirectory run =
        RunDirectory.create(
            runs,
            header,
            IntStream.range(0, results).mapToObj(i -> MadeUp.entry(row(i, id))).toList());
    byte[] output = "what a sample says\n".repeat(50).getBytes(UTF_8);
    try (Journal journal = run.journal()) {
      List<Result> batch = new ArrayList<>();
      for (int i = 0; i < results; i++) {
        Result result = row(i, id);
        batch.add(result);
        if (batch.size() == BATCH || i == results - 1) {
          journal.append(batch); // waits for the disk, which takes longer than all the rest
          batch.clear();
        }
        if (i % 10 == 0) {
          run.evidence(result).write(Piece.STDOUT, output);
        }
      }
    }
    lap("journal", start);
    return run;
  }

  /** Two of them are near-duplicates. */
  private static Result row(int i, String run) {
    return MadeUp.row(i % 2 == 0 ? "container" : "unikernel", "folder-" + i / 2 + "/sample-" + i)
        .note("n".repeat(200))
        .violations("v".repeat(200))
        .build(run);
  }

  private static void reports(RunDirectory run, boolean onRequest) throws IOException {
    long start = System.nanoTime();
    Runs runs = Runs.of(run); // once for all of them, as a run does
    start = lap("read", start);
    for (Report report : ServiceLoader.load(Report.class)) {
      if (report.onRequest() == onRequest) {
        report.write(runs, Options.of(Map.of()));
        start = lap(report.name(), start);
      }
    }
  }

  private static long lap(String name, long start) {
    long now = System.nanoTime();
    System.out.printf("%s: %d ms%n", name, TimeUnit.NANOSECONDS.toMillis(now - start));
    return now;
  }
}
