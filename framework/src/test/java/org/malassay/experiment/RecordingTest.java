package org.malassay.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.Events;
import org.malassay.behavior.Behavior;
import org.malassay.behavior.Event;
import org.malassay.behavior.EventLog;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.Recording;
import org.malassay.options.Options;
import org.malassay.run.Result;
import org.malassay.verdict.Verdict.Outcome;

/** What is recorded of a sample, what is not, and how both are told apart. */
class RecordingTest extends ExperimentFixture {
  private static final String SAMPLE = "e-does";

  private final FakeEnvironment observing =
      new FakeEnvironment("fake", Map.of("observes", "processes", "no usage", "cgroup"));

  private Result result(String record) throws IOException {
    sample(SAMPLE, "does");
    Events events =
        execute(
            experiment()
                .option(RunOptions.SAMPLE, SAMPLE)
                .option(RunOptions.RECORD, record)
                .option(RunOptions.BEHAVIOR_LIMIT, "3s")
                .with(List.of(observing), List.of()));
    assertThat(failures(events)).isEmpty();
    return results().get(0);
  }

  private List<Event> log(Result result) throws IOException {
    List<Event> events = new ArrayList<>();
    EventLog.read(latest().path().resolve(result.evidence()).resolve(EventLog.FILE), events::add);
    return events;
  }

  @Test
  void byDefaultAllIsRecordedThatCanBeHadAndTheRestSaysWhyItIsMissing() throws IOException {
    Result result = result("all");

    Recording recording = result.recording().orElseThrow();
    assertThat(recording.of(Facet.PROCESSES)).isEqualTo(FacetState.OBSERVED);
    assertThat(recording.of(Facet.SERVICE)).isEqualTo(FacetState.OBSERVED);
    assertThat(recording.of(Facet.USAGE)).isEqualTo(FacetState.missing("no cgroup here"));
    assertThat(recording.of(Facet.CALLS)).isEqualTo(FacetState.missing("fake does not tell them"));
    assertThat(result.behavior(Facet.PROCESSES).orElseThrow().processes()).isEqualTo(1);
    assertThat(result.behavior(Facet.CALLS)).as("unknown, not 0").isEmpty();
    assertThat(Behavior.of(latest().path().resolve(result.evidence()).resolve(EventLog.FILE)))
        .satisfies(behavior -> assertThat(behavior.roots()).hasSize(1));
    assertThat(console())
        .contains("processes: observed (tracer, which a sample can forge)")
        .contains("calls, files, network: missing (fake does not tell them)")
        .contains("usage: missing (no cgroup here)")
        .contains("1 process, 0 programs")
        .contains("  (missing: calls, files, network, usage)  ")
        .doesNotContain("0 calls");
  }

  @Test
  void theTimeOfTheObservationIsNoOverhead() throws IOException {
    Result result = result("all");
    assertThat(result.durationMs()).as("of its first process").hasValue(1);
    assertThat(result.overheadMs()).as("3 s of observation taken off").isZero();
  }

  @Test
  void onlyWhatIsNamedIsRecorded() throws IOException {
    Result result = result("processes");

    Recording recording = result.recording().orElseThrow();
    assertThat(recording.of(Facet.PROCESSES)).isEqualTo(FacetState.OBSERVED);
    assertThat(recording.of(Facet.SERVICE)).isEqualTo(FacetState.OFF);
    assertThat(recording.of(Facet.USAGE)).isEqualTo(FacetState.OFF);
    assertThat(log(result)).isNotEmpty().allMatch(event -> event.facet() == Facet.PROCESSES);
    assertThat(result.service()).as("asked all the same").isPresent();
  }

  @Test
  void noneLeavesTheVerdictAlone() throws IOException {
    Result result = result("none");

    assertThat(result.recording()).contains(Recording.OFF);
    assertThat(result.behavior(Facet.PROCESSES)).isEmpty();
    assertThat(latest().path().resolve(result.evidence()).resolve(EventLog.FILE)).doesNotExist();
    assertThat(result.overheadMs()).as("no observation after the first process").isNotNegative();
    assertThat(console()).contains("calls, processes, files, network, usage, service: off");
  }

  @Test
  void whatIsNamedAndCannotBeHadIsAnErrorThatSaysWhy() throws IOException {
    sample(SAMPLE, "does");
    Events events =
        execute(
            experiment()
                .option(RunOptions.RECORD, "processes,usage")
                .with(List.of(observing), List.of()));
    assertThat(onlyFailure(events))
        .isEqualTo(
            "-Drecord: in fake usage cannot be had (no cgroup here); without it, what can be had is"
                + " recorded");
    assertThat(observing.closed).hasValue(1);
  }

  @Test
  void aFacetThatThereIsNotIsTold() {
    assertThat(
            onlyFailure(run(experiment -> experiment.option(RunOptions.RECORD, "calls,syscalls"))))
        .contains("no facet is called syscalls; there is: calls, processes, files");
  }

  /** An environment that promised a facet and tells nothing of it: missing, never empty. */
  @Test
  void aGuestThatTellsNothingOfWhatItWasToTellIsMissing() throws IOException {
    Events events =
        execute(
            experiment().option(RunOptions.SAMPLE, "a-exits").with(List.of(observing), List.of()));
    assertThat(failures(events)).isEmpty();
    assertThat(results().get(0).recording().orElseThrow().of(Facet.PROCESSES))
        .isEqualTo(FacetState.missing("the guest told nothing of it"));
  }

  /** What was seen until then is among the evidence: the row says how whole it is. */
  @Test
  void whatWasSeenBeforeTheToolFailedIsCutAndNotUnknown() throws IOException {
    sample("vanishes", "vanishes");
    execute(experiment().option(RunOptions.SAMPLE, "vanishes").with(List.of(observing), List.of()));
    Result result = results().get(0);
    assertThat(result.verdict().outcome()).isEqualTo(Outcome.INCONCLUSIVE);
    Recording recording = result.recording().orElseThrow();
    assertThat(recording.of(Facet.PROCESSES))
        .isEqualTo(FacetState.cut(0, "the tool failed before the end"));
    assertThat(recording.of(Facet.USAGE)).isEqualTo(FacetState.missing("no cgroup here"));
    assertThat(result.behavior(Facet.PROCESSES).orElseThrow().processes()).isEqualTo(1);
    assertThat(result.impact().orElseThrow().score()).as("not observed").isEmpty();
    assertThat(log(result)).isNotEmpty();
  }

  @Test
  void theObservationTakesTheTimeLimitUnlessItIsGiven() {
    Map<String, String> given = Map.of("time.limit", "4s", "time.limit.session", "5s");
    Orders orders = Orders.of(Options.of(given));
    assertThat(orders.files().observation()).isEqualTo(Duration.ofSeconds(4));
    assertThat(orders.sessions().observation()).isEqualTo(Duration.ofSeconds(5));
  }
}
