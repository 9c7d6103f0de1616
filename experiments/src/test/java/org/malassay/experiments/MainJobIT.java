package org.malassay.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.behavior.Behavior;
import org.malassay.behavior.Behavior.Change;
import org.malassay.behavior.Behavior.FileChanges;
import org.malassay.behavior.EventLog;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.ProcessLife;
import org.malassay.behavior.ProgramStarted;
import org.malassay.run.Result;
import org.malassay.run.Service;
import org.malassay.sample.FileFacts.FileType;
import org.malassay.score.Dimension;
import org.malassay.score.Impact;
import org.malassay.verdict.Cause;
import org.malassay.verdict.Verdict.Outcome;

/**
 * The main job on the harmless samples, with real guests: every expected verdict, and what is left.
 */
@Tag("guest")
class MainJobIT {
  private static final long LIMIT_AND_FIVE_SECONDS = 15_000;

  @TempDir static Path folder;
  private static Path runs;
  private static String console;
  private static int status;
  private static Map<String, Result> results;

  @BeforeAll
  static void runTheMainJob() throws Exception {
    runs = folder.resolve("runs");
    Files.createDirectories(runs);
    try (MainJob job = MainJob.start(runs, Map.of())) {
      status = job.await();
      console = job.console();
    }
    results =
        MainJob.results(runs).stream()
            .collect(Collectors.toMap(Result::sample, Function.identity()));
  }

  private static Result result(String sample) {
    return results.get(sample);
  }

  private static Service service(String sample) {
    return result(sample).service().orElseThrow();
  }

  @Test
  void everyHarmlessSampleGetsTheVerdictExpectedOfIt() {
    assertThat(status).as(console).isZero();
    assertThat(results.values()).allSatisfy(r -> assertThat(r.violations()).isEmpty());
    assertThat(results).hasSizeGreaterThan(50);
  }

  @Test
  void everyCauseThatARealProgramCanHaveIsSeen() {
    assertThat(
            results.values().stream()
                .flatMap(result -> result.verdict().cause().stream())
                .map(Cause::type))
        .contains(
            Cause.Type.NOT_AN_EXECUTABLE_FORMAT,
            Cause.Type.WRONG_ARCHITECTURE,
            Cause.Type.MISSING_INTERPRETER,
            Cause.Type.MISSING_LIBRARY,
            Cause.Type.MISSING_SYMBOL,
            Cause.Type.MISSING_SYMBOL_VERSION,
            Cause.Type.PERMISSION_DENIED,
            Cause.Type.ILLEGAL_INSTRUCTION,
            Cause.Type.SEGMENTATION_FAULT,
            Cause.Type.BUS_ERROR,
            Cause.Type.ABORT,
            Cause.Type.SIGNAL,
            Cause.Type.EXIT_STATUS,
            Cause.Type.OUT_OF_MEMORY);
  }

  @Test
  void everySampleIsDoneWithinItsLimitAndFiveSeconds() {
    assertThat(results.values())
        .allSatisfy(
            result ->
                assertThat(result.durationMs().orElse(0) + result.overheadMs())
                    .as(result.sample())
                    .isLessThan(LIMIT_AND_FIVE_SECONDS));
  }

  @Test
  void theWebServiceShowsWhatWasDoneToIt() {
    assertThat(service("exits-0").after()).contains(true);
    assertThat(service("exits-0").pageIntact()).contains(true);
    assertThat(service("runs-for-ever").probesDuring()).isGreaterThan(5);
    assertThat(service("runs-for-ever").latencyDuringMs()).isPresent();
    assertThat(service("stops-nginx").after()).contains(false);
    assertThat(service("stops-nginx").pageIntact()).isEmpty();
    assertThat(service("kills-everything").after()).contains(false);
    assertThat(service("changes-page").after()).contains(true);
    assertThat(service("changes-page").pageIntact()).contains(false);
  }

  @Test
  void everyGuestIsPristine() {
    assertThat(results.values())
        .filteredOn(result -> result.service().isPresent())
        .allSatisfy(result -> assertThat(result.service().get().before()).isTrue());
  }

  @Test
  void aFloodOfOutputIsCutAndSaidToBe() throws IOException {
    Result flood = result("floods-stdout");
    assertThat(flood.stdoutBytes()).isGreaterThan(1 << 30);
    assertThat(flood.note()).contains("stdout cut: 1048576 of " + flood.stdoutBytes());
    assertThat(runs.resolve("latest").resolve(flood.evidence()).resolve("stdout")).hasSize(1 << 20);
  }

  @Test
  void aLimitThatASampleMeetsIsInItsNote() {
    for (String way : List.of("hidden", "by-long-path")) {
      assertThat(result("takes-disk-" + way).note()).as(way).isEqualTo("stopped at the disk limit");
    }
    for (String many : List.of("starts-300-threads", "starts-200-processes")) {
      assertThat(result(many).note())
          .as(many)
          .containsPattern("met the limit on processes and threads: \\d+ refused");
    }
    assertThat(result("exits-0").note()).isEmpty();
  }

  @Test
  void whatMayBeTheEmulatorsWordIsInTheNote() {
    assertThat(result("forges-emulator-abort").note()).contains("the emulator did, or the sample");
    assertThat(result("aborts").note()).isEmpty();
  }

  @Test
  void aDaemonsParentEndsTheSampleAndItsChildIsCounted() {
    Result daemon = result("daemonizes");
    assertThat(daemon.timedOut()).isFalse();
    assertThat(daemon.durationMs().orElseThrow()).isLessThan(Duration.ofSeconds(5).toMillis());
    assertThat(daemon.survivors()).isPositive();
  }

  /** Whatever a sample did to its guest, what it did until then is told, or said to be cut. */
  @Test
  void whatEverySampleDidIsRecorded() {
    MainJob.assertThatAllIsRecorded(results.values());
    assertThat(results.values())
        .filteredOn(result -> result.durationMs().isPresent())
        .allSatisfy(
            result -> assertThat(result.behavior(Facet.NETWORK)).as(result.sample()).isPresent());
    for (Facet facet : List.of(Facet.CALLS, Facet.NETWORK)) {
      assertThat(result("exits-0").recording().orElseThrow().of(facet))
          .isEqualTo(FacetState.OBSERVED);
    }
    assertThat(result("exits-0").behavior(Facet.NETWORK).orElseThrow().conversations()).isZero();
    assertThat(result("text-file").recording()).as("never run").isEmpty();
    assertThat(console)
        .contains(
            "calls, processes, usage: observed (host-kernel)",
            "files: observed (agent)",
            "network: observed (network)")
        .containsPattern("network +a simulated Internet of the guest's own")
        .containsPattern("EXECUTABLE +daemonizes \\[[0-9a-f]{12}]  \\d+ calls?, .* 2 processes");
  }

  @Test
  void whatASampleDidIsToldByNameWithItsProcess() throws IOException {
    ExpectedEvent.assertSeen(runs.resolve("latest"), "container", results.values());
    assertThat(changes("changes-page"))
        .containsEntry("/var/www/html/index.html", EnumSet.of(Change.WRITTEN));
    assertThat(changes("deletes-itself"))
        .containsEntry("/tmp/deletes-itself", EnumSet.of(Change.DELETED));
    for (String sample : CallsOfSamples.names()) {
      CallsOfSamples.assertTold(sample, runs.resolve("latest").resolve(result(sample).evidence()));
    }
    assertThat(behavior("kills-everything").calls()).containsKey("kill");
    assertThat(behavior("powers-off").calls().get("reboot").failed()).isEqualTo(1);
    assertThat(behavior("shell-script").roots().get(0).programs())
        .extracting(ProgramStarted::program)
        .contains("/tmp/shell-script");
    ProcessLife first = behavior("daemonizes").roots().get(0);
    assertThat(first.status()).hasValue(0);
    assertThat(first.children())
        .singleElement()
        .satisfies(daemon -> assertThat(daemon.ended()).as("observed to the limit").isEmpty());
  }

  @Test
  void whatASampleAmountsToIsScoredByItsHits() throws IOException {
    HitsOfSamples.assertSeen("container", results.values());
    Impact page = result("changes-page").impact().orElseThrow();
    assertThat(page.score(Dimension.SERVICE)).hasValue(7);
    assertThat(page.score(Dimension.USER)).hasValue(0);
    assertThat(result("stops-nginx").impactScore()).hasValue(10);
    assertThat(result("adds-account").impactScore()).hasValue(6.3);
    assertThat(result("exits-0").impact().orElseThrow().status())
        .isEqualTo(Impact.Status.NOTHING_SEEN);
    assertThat(result("powers-off").impact().orElseThrow())
        .satisfies(
            impact -> {
              assertThat(impact.status()).isEqualTo(Impact.Status.NOT_EXECUTABLE);
              assertThat(impact.score()).hasValue(0);
              assertThat(impact.hits()).singleElement().matches(hit -> !hit.succeeded());
            });
    assertThat(console)
        .contains("impact 3.2 serious: Stays by cron")
        .containsPattern("mean threat +mean impact");
  }

  /** Files by their contents, figures of the guest, and whether each sample was done. */
  @Test
  void whatSamplesLeaveAndWhatTheirGuestsUseIsKept() throws IOException {
    Path run = runs.resolve("latest");
    FilesOfSamples.assertDropped(run, result("drops-and-runs"));
    FilesOfSamples.assertEncrypted(run, result("encrypts-files"));
    FilesOfSamples.assertDownloaded(run, result("downloads-and-runs"));
    FilesOfSamples.assertIdle(run, result("exits-0"));
    assertThat(result("runs-for-ever").behavior(Facet.USAGE).orElseThrow().cpuMs().orElseThrow())
        .as("of the guest, whose service is asked for its page meanwhile")
        .isPositive();
    assertThat(result("runs-for-ever").saturation()).contains("nothing new since second 1");
    assertThat(result("daemonizes").saturation())
        .as("observed for as long as its child lived")
        .hasValueSatisfying(words -> assertThat(words).startsWith("nothing new since second"));
    assertThat(console)
        .containsPattern("EXECUTABLE +encrypts-files .* 30 files kept")
        .containsPattern("EXECUTABLE +runs-for-ever .* nothing new since second 1");
  }

  /** Its one conversation is told, with who had it, and that it was not heard to its end. */
  @Test
  void aFloodOfPacketsIsOneConversationOfWhichPartIsLost() throws IOException {
    assertThat(behavior("floods-packets").conversations())
        .singleElement()
        .satisfies(
            flood -> {
              assertThat(flood.transport() + " " + flood.peer()).isEqualTo("udp 10.0.2.2:9");
              assertThat(flood.sent()).startsWith("Malassay\0");
              assertThat(flood.process()).isPresent();
            });
    assertThat(result("floods-packets").recording().orElseThrow().of(Facet.NETWORK).kind())
        .isEqualTo(FacetState.Kind.CUT);
  }

  private static Behavior behavior(String sample) throws IOException {
    Path evidence = runs.resolve("latest").resolve(result(sample).evidence());
    return Behavior.of(evidence.resolve(EventLog.FILE));
  }

  private static Map<String, Set<Change>> changes(String sample) throws IOException {
    return behavior(sample).files().stream()
        .collect(Collectors.toMap(FileChanges::path, FileChanges::changes));
  }

  @Test
  void everythingIsRecorded() {
    MainJob.assertThatAllIsRecorded(results.values());
  }

  @Test
  @Tag("slow") // the whole corpus once more
  void theVerdictsAreTheSameWithAndWithoutARecording(@TempDir Path other) throws Exception {
    MainJob.assertTheSameWithoutARecording(other, "container", results.values());
  }

  @Test
  @Tag("slow") // the whole corpus once more
  void theEmulatorsLogTellsTheSameAndChangesNoVerdict(@TempDir Path other) throws Exception {
    MainJob.Finished logged = MainJob.run(other, "container", "-Drecorder=qemu-strace");

    assertThat(logged.console())
        .contains("calls, processes, files: observed (emulator-log, which a sample can forge)");
    assertThat(MainJob.verdicts(logged.results())).isEqualTo(MainJob.verdicts(results.values()));
    assertThat(logged.results())
        .filteredOn(result -> result.durationMs().isPresent())
        .filteredOn(result -> result.behavior(Facet.CALLS).isEmpty())
        .as("asked nothing of the kernel before they ended")
        .hasSizeLessThan(10)
        .allSatisfy(
            result ->
                assertThat(result.recording().orElseThrow().of(Facet.CALLS))
                    .isEqualTo(FacetState.missing("qemu-user wrote no log of it")));
    ExpectedEvent.assertSeen(logged.run(), "qemu-strace", logged.results());
  }

  @Test
  void whatWasNotRunHasNoDurationAndNoService() {
    assertThat(results.values())
        .filteredOn(
            result ->
                result.facts().type() == FileType.TEXT
                    || result
                        .verdict()
                        .cause()
                        .map(Cause::type)
                        .filter(Cause.Type.WRONG_ARCHITECTURE::equals)
                        .isPresent())
        .isNotEmpty()
        .allSatisfy(
            result -> {
              assertThat(result.durationMs()).isEmpty();
              assertThat(result.service()).isEmpty();
            });
  }

  @Test
  void noLabelIsNoScoreUnlessNothingRan() {
    assertThat(results.values())
        .allSatisfy(
            result ->
                assertThat(result.threatScore().isPresent())
                    .isEqualTo(result.verdict().outcome() == Outcome.NOT_EXECUTABLE));
  }

  @Test
  void everyReportIsThere() throws IOException {
    Path latest = runs.resolve("latest");
    List<String> rows = Files.readAllLines(latest.resolve("results.csv"));
    assertThat(rows.get(0)).startsWith("run,environment,sample,sha256,md5,size,file_type,");
    assertThat(rows).hasSize(results.size() + 1);
    assertThat(latest.resolve("file-types.csv")).isNotEmptyFile();
    assertThat(latest.resolve("junit.xml")).isNotEmptyFile();
    assertThat(latest.resolve("summary.md")).isNotEmptyFile();
    try (Stream<Path> files = Files.list(latest.resolve("allure-results"))) {
      assertThat(files.filter(file -> file.toString().endsWith("-result.json")))
          .hasSize(results.size());
    }
  }

  @Test
  void theConsoleSaysHowArmCodeIsExecutedAndWhereTheReportsAre() {
    assertThat(console)
        .containsPattern("arm code +(native|qemu-user \\d)")
        .containsPattern("image +\\S+")
        .containsPattern("debian +13\\.\\d+, main part alone")
        .contains("results.csv", "allure-results");
  }

  @Test
  void noContainerIsLeft() throws Exception {
    assertThat(Containers.ofRun(MainJob.id(runs))).isEmpty();
  }
}
