package org.malassay.experiments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.run.Result;
import org.malassay.run.RunDirectory;
import org.malassay.verdict.Verdict;

/** The main job on the harmless samples, in the Raspberry Pi guests. */
@Tag("guest")
class RaspbianJobIT {
  @Test
  void everyHarmlessSampleGetsTheVerdictExpectedOfIt(@TempDir Path folder) throws Exception {
    MainJob.Finished job = MainJob.run(folder, "raspbian");

    List<Result> results = job.results();
    assertThat(results).hasSizeGreaterThan(50);
    assertThat(results).allSatisfy(r -> assertThat(r.environment()).isEqualTo("raspbian"));
    MainJob.assertThatAllIsRecorded(results);
    ExpectedEvent.assertSeen(job.run(), "raspbian", results);
    HitsOfSamples.assertSeen("raspbian", results);
    assertThat(results)
        .filteredOn(result -> result.durationMs().isPresent())
        .allSatisfy(
            result -> assertThat(result.behavior(Facet.NETWORK)).as(result.sample()).isPresent());
    assertThat(MainJob.of(results, "exits-0").behavior(Facet.NETWORK).orElseThrow().conversations())
        .isZero();
    assertThat(job.console())
        .contains("calls, processes: observed (guest-kernel)", "network: observed (network)")
        .containsPattern("network +a simulated Internet of the guest's own")
        .containsPattern("EXECUTABLE +drops-and-runs \\[[0-9a-f]{12}]  \\d+ calls, .*1 process");
    assertThat(Files.readAllLines(job.run().resolve("results.csv")))
        .filteredOn(row -> row.contains(",drops-and-runs,"))
        .singleElement(STRING)
        .contains("calls: observed; processes: observed; files: observed")
        .contains("network: observed");
    FilesOfSamples.assertDropped(job.run(), MainJob.of(results, "drops-and-runs"));
    FilesOfSamples.assertEncrypted(job.run(), MainJob.of(results, "encrypts-files"));
    FilesOfSamples.assertIdle(job.run(), MainJob.of(results, "exits-0"));
    assertThat(attachments(job.run().resolve("allure-results")))
        .as("on its page")
        .anyMatch(text -> text.contains("/tmp/malassay-dropped"));
  }

  private static List<String> attachments(Path allure) throws IOException {
    try (Stream<Path> files = Files.list(allure)) {
      return files
          .filter(file -> file.toString().endsWith("-result.json"))
          .map(RaspbianJobIT::text)
          .toList();
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  @Tag("slow") // the whole corpus twice, on a template of its own without a recorder
  void theVerdictsAreTheSameWithAndWithoutARecording(@TempDir Path folder) throws Exception {
    List<Result> recorded = MainJob.resultsAsExpected(folder.resolve("all"), "raspbian");
    MainJob.assertThatAllIsRecorded(recorded);
    MainJob.assertTheSameWithoutARecording(folder.resolve("none"), "raspbian", recorded);
    Path runs = folder.resolve("none/runs");
    Result fetches = MainJob.of(MainJob.results(runs), "downloads-and-runs");
    assertThat(runs.resolve("latest").resolve(fetches.evidence()).resolve("stdout"))
        .as("the Internet is there all the same")
        .content()
        .contains("A harmless program");
  }

  @Test
  @Tag("slow") // the whole corpus twice, on a template of its own without an Internet
  void theVerdictsAreTheSameWithAndWithoutAnInternet(@TempDir Path folder) throws Exception {
    List<Result> simulated = MainJob.resultsAsExpected(folder.resolve("simulated"), "raspbian");
    List<Result> none =
        MainJob.resultsAsExpected(folder.resolve("none"), "raspbian", "-Dinternet=none");

    assertThat(MainJob.of(none, "contacts-server").recording().orElseThrow().of(Facet.NETWORK))
        .isEqualTo(FacetState.missing("guests have no network (-Dinternet=none)"));
    assertThat(MainJob.verdicts(none)).isEqualTo(MainJob.verdicts(simulated));
  }

  @Test
  @Tag("slow") // some seconds a sample by SSH
  void theVerdictsAreTheSameByTheAgentAndBySsh(@TempDir Path folder) throws Exception {
    Map<String, Verdict> byAgent = verdicts(folder.resolve("agent"), "agent");
    Map<String, Verdict> bySsh = verdicts(folder.resolve("ssh"), "ssh");

    assertThat(byAgent).hasSizeGreaterThan(50);
    assertThat(bySsh).isEqualTo(byAgent);
  }

  private static Map<String, Verdict> verdicts(Path folder, String session) throws Exception {
    List<Result> results =
        MainJob.resultsAsExpected(folder, "raspbian", "-Draspbian.session=" + session);
    assertThat(
            RunDirectory.open(folder.resolve("runs/latest"))
                .header()
                .environments()
                .get("raspbian"))
        .containsEntry("session", session);
    return MainJob.verdicts(results);
  }

  @Test
  void aKilledRunLeavesNoMachineBehind(@TempDir Path folder) throws Exception {
    Path runs = Files.createDirectories(folder.resolve("runs"));
    try (MainJob job = MainJob.start(runs, Map.of(), "-Denv=raspbian")) {
      job.awaitResults(runs, 30);
      assertThat(machinesOf(job)).isNotEmpty();

      job.kill();

      Instant deadline = Instant.now().plusSeconds(20);
      while (!qemusOf(job).isEmpty() && Instant.now().isBefore(deadline)) {
        Thread.sleep(50);
      }
      assertThat(qemusOf(job)).isEmpty();
      // A kill before QEMU had its folder leaves that to the next start.
      try (MainJob next = MainJob.start(runs, Map.of(), "-Denv=raspbian", "-Dsample=exits-0")) {
        assertThat(next.await()).as(next.console()).isZero();
      }
      assertThat(machinesOf(job)).isEmpty();
    }
  }

  private static List<String> qemusOf(MainJob job) {
    return ProcessHandle.allProcesses()
        .flatMap(process -> process.info().commandLine().stream())
        .filter(line -> line.contains("qemu-system-"))
        .filter(line -> line.contains("malassay-qemu-" + job.pid() + "-"))
        .toList();
  }

  /** The folders of running machines: each is removed when its QEMU has gone. */
  private static List<Path> machinesOf(MainJob job) throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files
          .filter(
              file -> file.getFileName().toString().startsWith("malassay-qemu-" + job.pid() + "-"))
          .toList();
    }
  }
}
