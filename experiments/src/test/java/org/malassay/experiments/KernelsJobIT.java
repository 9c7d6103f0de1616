package org.malassay.experiments;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.options.Options;
import org.malassay.report.Runs;
import org.malassay.reports.comparison.Comparison;
import org.malassay.reports.comparison.Variants;
import org.malassay.reports.csv.ComparisonReport;
import org.malassay.run.Merging;
import org.malassay.run.Result;
import org.malassay.run.RunDirectory;
import org.malassay.verdict.Cause;
import org.malassay.verdict.Verdict.Outcome;

/**
 * Every sample of the project, and every odd ELF file, in containers with qemu-user, in containers
 * on an ARM kernel and in Raspberry Pi guests: three environments of one comparison.
 */
@Tag("guest")
@Tag("slow") // all of them three times
class KernelsJobIT {
  private static final String EMULATED = "container (qemu-user)";
  private static final String ARM = "container (ARM kernel)";
  private static final String RASPBIAN = "raspbian";

  @TempDir static Path folder;
  private static Path merged;
  private static List<Result> rows;

  @BeforeAll
  static void runTheMainJobInAllThree() throws Exception {
    Path odd = folder.resolve("odd");
    writeOddFiles(odd);
    String corpus = "-Dsamples=%s,%s".formatted(HarmlessSamples.build().folder(), odd);
    List<RunDirectory> runs =
        List.of(
            run("host", "-Denv=container", corpus, "-Dcontainer.kernel=host"),
            run("arm", "-Denv=container", corpus, "-Dcontainer.kernel=arm"),
            run("raspbian", "-Denv=raspbian", corpus));
    merged = Merging.of(runs, folder.resolve("merged"), Set.of()).path();
    rows = Runs.of(RunDirectory.open(merged)).answers();
  }

  private static RunDirectory run(String name, String... options) throws Exception {
    Path runs = Files.createDirectories(folder.resolve(name).resolve("runs"));
    try (MainJob job = MainJob.start(runs, Map.of(), options)) {
      job.await(); // its status tells of those that an emulator does not take
      assertThat(runs.resolve("latest/results.csv")).as(job.console()).exists();
      return RunDirectory.open(runs.resolve("latest").toRealPath());
    }
  }

  /** They are made by the tests of the environments, which are no part of what this stands on. */
  private static void writeOddFiles(Path into) throws Exception {
    Path tests = Path.of(System.getProperty("malassay.root"), "environments/target/test-classes");
    assertThat(tests)
        .as("the tests of environments, compiled: mvn test-compile -pl environments -am")
        .isDirectory();
    Command.Outcome outcome =
        Command.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path") + ":" + tests,
                "org.malassay.environments.contract.OddElf",
                into.toString())
            .run();
    assertThat(outcome.status()).as(outcome.output()).isZero();
  }

  private static Map<String, String> verdicts(String environment) {
    return rows.stream()
        .filter(row -> row.environment().equals(environment))
        .collect(toMap(Result::sampleName, KernelsJobIT::verdict));
  }

  private static String verdict(Result row) {
    return row.verdict().cause().map(Cause::toString).orElse("runs");
  }

  @Test
  void theComparisonHasAllThree() {
    assertThat(Comparison.of(rows).environments())
        .extracting(figures -> figures.environment())
        .containsExactly(ARM, EMULATED, RASPBIAN);
    assertThat(verdicts(ARM)).hasSizeGreaterThan(200);
    assertThat(verdicts(ARM).keySet())
        .isEqualTo(verdicts(RASPBIAN).keySet())
        .isEqualTo(verdicts(EMULATED).keySet());
  }

  /** What is in the table must differ, and nothing else may. */
  @Test
  void onTheArmKernelAllEndsAsInARaspberryPiButForWhatTheTableHas() throws IOException {
    Map<String, String> container = verdicts(ARM);
    Map<String, String> raspbian = verdicts(RASPBIAN);
    Map<String, List<String>> unlike = new TreeMap<>();
    container.forEach(
        (sample, verdict) -> {
          if (!verdict.equals(raspbian.get(sample))) {
            unlike.put(sample, List.of(verdict, String.valueOf(raspbian.get(sample))));
          }
        });
    Map<String, List<String>> table =
        ContainerForbids.table().stream()
            .collect(
                toMap(
                    ContainerForbids::sample,
                    row -> List.of(row.container(), row.raspbian()),
                    (one, other) -> one,
                    TreeMap::new));
    assertThat(unlike).isEqualTo(table);
    assertThat(rows)
        .filteredOn(row -> !row.environment().equals(EMULATED))
        .as("nothing is left open on a kernel of Linux/ARM")
        .noneMatch(row -> row.verdict().outcome() == Outcome.INCONCLUSIVE);
  }

  /** The list is made of the results; that it has these is looked at. */
  @Test
  void whatQemuUserDoesOtherwiseIsListedWithWhy() throws IOException {
    new ComparisonReport().write(Runs.of(RunDirectory.open(merged)), Options.of(Map.of()));
    List<Variants> variants = Variants.of(rows);
    assertThat(variants).hasSize(1);
    List<String> listed = new ArrayList<>();
    for (Variants.Unlike unlike : variants.get(0).unlike()) {
      listed.add(unlike.first().sampleName());
      assertThat(unlike.reason()).as(unlike.first().sampleName()).isNotEmpty();
    }
    assertThat(listed)
        .contains(
            "executes-its-data",
            "moves-words-at-odd-address",
            "odd-class",
            "aarch64-static",
            "ldm",
            "heap, no stack header",
            "class of 64 bits")
        .doesNotContain("exits-0", "nothing", "raises SIGBUS");
    try (Stream<String> lines = Files.lines(merged.resolve("variants.csv"))) {
      assertThat(lines).hasSize(1 + listed.size());
    }
  }
}
