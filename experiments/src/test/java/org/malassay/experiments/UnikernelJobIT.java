package org.malassay.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.behavior.Behavior;
import org.malassay.behavior.EventLog;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.ProgramStarted;
import org.malassay.run.Result;
import org.malassay.run.Service;
import org.malassay.run.UnsupportedCalls;

/** The main job on the harmless samples, in the unikernels. */
@Tag("guest")
class UnikernelJobIT {
  private static final String NO_FORK = "fork: Function not implemented";
  private static final String NO_WORKER = "worker: Function not implemented";

  @Test
  void everyHarmlessSampleGetsTheVerdictExpectedOfIt(@TempDir Path folder) throws Exception {
    List<Result> results = MainJob.resultsAsExpected(folder, "unikernel,unikernel-sealed");

    assertThat(results).hasSize(2 * SampleSources.recipes().size());
    assertWhatSamplesDidIsRecorded(folder, results);
    assertWhomSamplesTalkedToIsTold(results);
    assertWhatABotWasRefused(results);
    assertWhichPartsOfABotRan(folder, results);
    assertHarmIsSeenFromOutside(results);
    assertWhatSamplesAmountToIsScored(results);
  }

  /** What defines the system calls; its kernel takes minutes to build. */
  @Test
  @Tag("slow")
  void everyHarmlessSampleGetsTheVerdictExpectedOfItInLinux(@TempDir Path folder) throws Exception {
    List<Result> results = MainJob.resultsAsExpected(folder, "unikernel-linux");

    assertThat(results).hasSize(SampleSources.recipes().size());
    assertThat(of(results, "unikernel-linux", "overwrites-page-in-memory").service())
        .hasValueSatisfying(service -> assertThat(service.pageIntact()).contains(true));
  }

  @Test
  @Tag("slow") // the whole corpus twice
  void theVerdictsAreTheSameWithAndWithoutARecording(@TempDir Path folder) throws Exception {
    List<Result> recorded = MainJob.resultsAsExpected(folder.resolve("all"), "unikernel");
    assertThat(recorded)
        .filteredOn(it -> it.behavior(Facet.CALLS).isPresent())
        .hasSizeGreaterThan(30);
    MainJob.assertTheSameWithoutARecording(folder.resolve("none"), "unikernel", recorded);
  }

  private static void assertWhatSamplesDidIsRecorded(Path folder, List<Result> results)
      throws IOException {
    Path run = folder.resolve("runs/latest");
    assertThat(results)
        .filteredOn(result -> result.recording().isPresent())
        .hasSizeGreaterThan(80)
        .allSatisfy(
            result -> {
              FacetState processes = result.recording().get().of(Facet.PROCESSES);
              assertThat(result.behavior(Facet.CALLS))
                  .as(result.sample())
                  .hasValueSatisfying(seen -> assertThat(seen.calls()).isPositive());
              if (result.environment().equals("unikernel")) {
                assertThat(result.behavior(Facet.PROCESSES)).isPresent();
              } else {
                assertThat(processes)
                    .isEqualTo(
                        FacetState.missing(
                            "it loads no program, so no process begins, and no file is made"));
              }
            });
    ExpectedEvent.assertSeen(
        run,
        "unikernel",
        results.stream().filter(it -> it.environment().equals("unikernel")).toList());
    for (String sample : CallsOfSamples.names()) {
      CallsOfSamples.assertTold(sample, run.resolve(of(results, sample).evidence()));
    }
    Behavior powersOff = behavior(run, of(results, "powers-off"));
    assertThat(powersOff.calls()).as("told before the machine is gone").containsKey("reboot");
    FacetState wiped = of(results, "wipes-memory").recording().orElseThrow().of(Facet.CALLS);
    assertThat(wiped).isEqualTo(FacetState.cut(0, "the recorder ended with its guest"));
    FilesOfSamples.assertEncrypted(run, of(results, "encrypts-files"));
    FilesOfSamples.assertIdle(run, of(results, "exits-0"));
    Behavior exits = behavior(run, of(results, "exits-0"));
    assertThat(exits.roots())
        .singleElement()
        .satisfies(
            process -> {
              assertThat(process.status()).hasValue(0);
              assertThat(process.programs())
                  .extracting(ProgramStarted::program)
                  .containsExactly("/tmp/exits-0");
            });
  }

  private static void assertWhomSamplesTalkedToIsTold(List<Result> results) {
    assertThat(results)
        .filteredOn(result -> result.durationMs().isPresent())
        .hasSizeGreaterThan(80)
        .allSatisfy(
            result -> assertThat(result.behavior(Facet.NETWORK)).as(result.sample()).isPresent());
    assertThat(of(results, "exits-0").behavior(Facet.NETWORK).orElseThrow().conversations())
        .isZero();
  }

  private static Behavior behavior(Path run, Result result) throws IOException {
    return Behavior.of(run.resolve(result.evidence()).resolve(EventLog.FILE));
  }

  private static void assertWhatABotWasRefused(List<Result> results) {
    assertThat(results)
        .flatExtracting(Result::unsupportedCalls)
        .extracting(UnsupportedCalls::name)
        .as(
            "processes, which no unikernel has, System V's shared memory, which Nanos has not, the"
                + " interpreter of a program that looks for it itself, and what only samples ask"
                + " for that act as a bot on a whole Linux")
        .isSubsetOf(
            "clone",
            "fork",
            "vfork",
            "execve",
            "shmget",
            "open:/lib/ld-linux-armhf.so.3",
            "init_module",
            "io_uring_setup",
            "mount",
            "ptrace",
            "socket");
    assertThat(of(results, "exits-0").unsupportedCalls()).isEmpty();
    assertThat(of(results, "talks-then-forks").unsupportedCalls())
        .as("goes on as if it were the child, and asks again")
        .containsExactly(new UnsupportedCalls("clone", "ENOSYS", 2));
    assertThat(of(results, "talks-then-forks-or-leaves").unsupportedCalls())
        .as("takes the error for a child, and leaves")
        .containsExactly(new UnsupportedCalls("clone", "ENOSYS", 1));
  }

  private static void assertWhichPartsOfABotRan(Path folder, List<Result> results)
      throws IOException {
    List<String> talk =
        List.of("connect: ok", "send: ok", "receive: ok", "peer: HTTP/1.0 200 OK", NO_FORK);
    assertThat(stdout(folder, of(results, "talks-then-forks-or-leaves"))).isEqualTo(talk);
    assertThat(stdout(folder, of(results, "talks-then-forks")))
        .startsWith(talk.toArray(String[]::new))
        .endsWith("UDP socket: ok", "raw socket: ok", NO_WORKER)
        .hasSize(talk.size() + 3);
  }

  private static List<String> stdout(Path folder, Result result) throws IOException {
    return Files.readAllLines(
        folder.resolve("runs/latest").resolve(result.evidence()).resolve("stdout"));
  }

  private static void assertHarmIsSeenFromOutside(List<Result> results) {
    assertThat(results.stream().flatMap(result -> result.service().stream()))
        .as("every guest served its page before its sample ran")
        .extracting(Service::before)
        .containsOnly(true);

    Service unharmed = service(results, "exits-0");
    assertThat(unharmed.after()).contains(true);
    assertThat(unharmed.pageIntact()).contains(true);

    Service rewritten = service(results, "overwrites-page-in-memory");
    assertThat(rewritten.after()).as("still up, with another page").contains(true);
    assertThat(rewritten.pageIntact()).contains(false);

    Service wiped = service(results, "wipes-memory");
    assertThat(wiped.after()).contains(false);
    assertThat(wiped.latencyAfterMs()).isEmpty();

    for (String sample : List.of("ignores-signals", "floods-packets")) {
      Service busy = service(results, sample);
      assertThat(busy.probesDuring()).as(sample).isGreaterThan(3);
      assertThat(busy.answersDuring()).as(sample).isEqualTo(busy.probesDuring());
      assertThat(busy.latencyDuringMs().orElseThrow()).as(sample).isPositive();
      assertThat(busy.after()).as(sample).contains(true);
      assertThat(busy.pageIntact()).as(sample).contains(true);
    }
  }

  private static void assertWhatSamplesAmountToIsScored(List<Result> results) throws IOException {
    HitsOfSamples.assertSeen("unikernel", ofEnvironment(results, "unikernel"));
    assertThat(ofEnvironment(results, "unikernel-sealed"))
        .as("which runs none")
        .isNotEmpty()
        .allSatisfy(result -> assertThat(result.impact().orElseThrow().hits()).isEmpty());
  }

  private static List<Result> ofEnvironment(List<Result> results, String environment) {
    return results.stream().filter(it -> it.environment().equals(environment)).toList();
  }

  private static Service service(List<Result> results, String sample) {
    return of(results, sample).service().orElseThrow();
  }

  private static Result of(List<Result> results, String sample) {
    return of(results, "unikernel", sample);
  }

  private static Result of(List<Result> results, String environment, String sample) {
    return ofEnvironment(results, environment).stream()
        .filter(r -> Objects.equals(r.sampleName(), sample))
        .findFirst()
        .orElseThrow();
  }
}
