package org.malassay.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.behavior.EventLog;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.Origin;
import org.malassay.behavior.Recording;
import org.malassay.behavior.Usage;
import org.malassay.environment.Evidence;
import org.malassay.environment.GuestException;
import org.malassay.environment.Used;
import org.malassay.sample.FileFacts;
import org.malassay.sample.Sample;
import org.malassay.score.RuleBook;

/** What a guest uses, measured while its sample runs. */
class UsageWatchTest {
  private static final FakeEnvironment MEASURING =
      new FakeEnvironment("fake", Map.of("observes", "usage"));

  @TempDir private Path folder;
  private final ExecutorService executor = Executors.newCachedThreadPool();
  private final Deque<Optional<Used>> figures = new ArrayDeque<>();
  private final List<Usage> told = new ArrayList<>();
  private int failsAfter = -1;

  @AfterEach
  void end() {
    executor.shutdownNow();
  }

  /** One that is measured. */
  private final class MeasuredGuest extends AskedGuest {
    @Override
    public synchronized Optional<Used> used() throws GuestException {
      if (failsAfter-- == 0) {
        throw new GuestException("it has no figures");
      }
      return figures.isEmpty() ? Optional.empty() : figures.remove();
    }
  }

  private static Optional<Used> used(long cpuMs, long memory, long sent) {
    return Optional.of(
        new Used(
            Duration.ofMillis(cpuMs),
            OptionalLong.of(memory),
            OptionalLong.of(memory + 1),
            OptionalInt.of(3),
            OptionalLong.of(sent),
            OptionalLong.empty()));
  }

  private Optional<FacetState> watch(Duration sample, FacetState planned) throws Exception {
    Evidence evidence = new Evidence(folder.resolve("evidence"));
    Optional<FacetState> state = Optional.empty();
    try (Observation observation =
        Observation.begin(
            new Sample(
                "a", Path.of("a"), "sha256", "md5", 0, FileFacts.of(FileFacts.FileType.DATA)),
            evidence,
            Recording.OFF.with(Facet.USAGE, planned).with(Facet.SERVICE, FacetState.OBSERVED),
            RuleBook.own())) {
      Optional<UsageWatch> watch =
          UsageWatch.begin(new MeasuredGuest(), MEASURING, observation, executor);
      Thread.sleep(sample.toMillis());
      if (watch.isPresent()) {
        state = Optional.of(watch.get().end());
      }
    }
    EventLog.read(evidence.folder().resolve(EventLog.FILE), event -> told.add((Usage) event));
    return state;
  }

  @Test
  void aShortSampleIsMeasuredOnceAtItsEnd() throws Exception {
    figures.add(used(100, 7, 2));
    figures.add(used(130, 9, 5));
    assertThat(watch(Duration.ZERO, FacetState.OBSERVED)).contains(FacetState.OBSERVED);
    assertThat(told)
        .singleElement()
        .satisfies(
            usage -> {
              assertThat(usage.origin()).isEqualTo(Origin.TRACER);
              assertThat(usage.cpu()).as("since its start").isEqualTo(Duration.ofMillis(30));
              assertThat(usage.memoryBytes()).hasValue(9);
              assertThat(usage.peakMemoryBytes()).hasValue(10);
              assertThat(usage.processes()).hasValue(3);
              assertThat(usage.packetsSent()).hasValue(3);
              assertThat(usage.packetsReceived()).isEmpty();
            });
  }

  @Test
  void aLongerOneIsMeasuredEverySecondToo() throws Exception {
    for (int i = 0; i < 4; i++) {
      figures.add(used(i, i, i));
    }
    assertThat(watch(Duration.ofMillis(2_500), FacetState.OBSERVED)).contains(FacetState.OBSERVED);
    assertThat(told).hasSize(3);
    assertThat(told.get(0).at()).isBetween(Duration.ofMillis(990), Duration.ofMillis(2_000));
  }

  @Test
  void aGuestThatIsGoneBeforeTheEndIsCutOrMissing() throws Exception {
    figures.add(used(0, 0, 0));
    assertThat(watch(Duration.ZERO, FacetState.OBSERVED))
        .contains(FacetState.missing("the guest was gone before it could be measured"));
    figures.add(used(0, 0, 0));
    figures.add(used(1, 1, 1));
    assertThat(watch(Duration.ofMillis(1_400), FacetState.OBSERVED))
        .hasValueSatisfying(state -> assertThat(state.kind()).isEqualTo(FacetState.Kind.CUT));
  }

  /** A sample has its verdict without its usage. */
  @Test
  void aGuestThatCannotBeMeasuredCostsItsUsageAlone() throws Exception {
    failsAfter = 0;
    assertThat(watch(Duration.ZERO, FacetState.OBSERVED))
        .contains(FacetState.missing("it has no figures"));
    failsAfter = 1;
    figures.add(used(0, 0, 0));
    assertThat(watch(Duration.ZERO, FacetState.OBSERVED))
        .contains(FacetState.cut(0, "it has no figures"));
  }

  @Test
  void whatCannotBeMeasuredOrIsNotToBeIsNotTold() throws Exception {
    assertThat(watch(Duration.ZERO, FacetState.OBSERVED))
        .as("no figure before the sample")
        .contains(FacetState.OFF);
    assertThat(watch(Duration.ZERO, FacetState.OFF)).isEmpty();
    assertThat(told).isEmpty();
  }
}
