package org.malassay.experiments;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.infection.Infection;
import org.malassay.infection.StageSeen;
import org.malassay.run.Result;
import org.malassay.verdict.Verdict.Outcome;

/** The main job on login sessions, without a defence and with one. */
@Tag("guest")
class SessionsJobIT {
  private static final String PLAIN = "raspbian";
  private static final String GUARDED = "raspbian+loginguard";

  @Test
  void everySessionComesAsFarAsExpectedOfIt(@TempDir Path folder) throws Exception {
    MainJob.Finished job =
        MainJob.run(folder, PLAIN + "," + GUARDED, "-Dsessions=infections", "-Dguests=2");

    List<Result> results = job.results();
    assertThat(results)
        .allSatisfy(it -> assertThat(it.verdict().outcome()).isEqualTo(Outcome.EXECUTABLE));
    assertThat(reached(results)).isEqualTo(expected());
    assertThat(results)
        .filteredOn(it -> it.environment().equals(PLAIN))
        .allSatisfy(it -> assertThat(it.infection().orElseThrow().refused()).isEmpty());
    assertThat(Files.readAllLines(job.run().resolve("stages.csv")))
        .contains("raspbian,6b,16,8,0", "raspbian+loginguard,6b,16,0,4");
    assertThat(commands(job.run(), "table-1", "/usr/bin/chmod 755 fetched"))
        .contains("fchmodat")
        .doesNotContain("read");
    assertThat(commands(job.run(), "table-1", "/bin/busybox chmod 755 fetched2"))
        .contains("chmod")
        .doesNotContain("fchmodat");
    StageSeen refused =
        infection(results, GUARDED, "stage-1").stages().stream().findFirst().orElseThrow();
    assertThat(refused.stage()).isEqualTo("1");
    assertThat(refused.succeeded()).isFalse();
    assertThat(refused.event()).contains("EPERM");
  }

  private static String name(Result result) {
    return result.sampleName().replace(".session", "");
  }

  private static Infection infection(List<Result> results, String environment, String session) {
    return results.stream()
        .filter(it -> it.environment().equals(environment) && name(it).equals(session))
        .findFirst()
        .flatMap(Result::infection)
        .orElseThrow();
  }

  private static Map<String, String> reached(List<Result> results) {
    Map<String, String> reached = new TreeMap<>();
    for (Result result : results) {
      reached.put(
          name(result) + " in " + result.environment(),
          result.infection().map(Infection::reached).orElse("not seen"));
    }
    return reached;
  }

  private static Map<String, String> expected() throws Exception {
    Path file = Path.of(System.getProperty("malassay.root"), "experiments/sessions/expected.csv");
    Map<String, String> expected = new TreeMap<>();
    for (CSVRecord row : rows(file)) {
      for (String environment : List.of(PLAIN, GUARDED)) {
        expected.put(row.get("session") + " in " + environment, row.get(environment));
      }
    }
    return expected;
  }

  /** The calls of a command without a defence. */
  private static List<String> commands(Path run, String session, String command) throws Exception {
    List<String> calls = new ArrayList<>();
    for (CSVRecord row : rows(run.resolve("commands.csv"))) {
      if (row.get("environment").equals(PLAIN)
          && row.get("sample").contains(session)
          && row.get("command").equals(command)) {
        for (String call : row.get("calls").split(", ", -1)) {
          calls.add(call.replaceFirst(" \\d+$", ""));
        }
      }
    }
    return calls;
  }

  private static List<CSVRecord> rows(Path file) throws Exception {
    CSVFormat format = CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).get();
    try (CSVParser parser = CSVParser.parse(file, UTF_8, format)) {
      return parser.getRecords();
    }
  }
}
