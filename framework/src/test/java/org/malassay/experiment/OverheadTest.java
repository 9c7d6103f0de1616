package org.malassay.experiment;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.malassay.run.Result;
import org.malassay.verdict.Verdict.Outcome;

/** What a row says that a sample cost besides its own time. */
class OverheadTest extends ExperimentFixture {
  private static final Duration DELIVERY = Duration.ofMillis(300);

  private Stranger slow() {
    return new Stranger()
        .but(
            "put",
            () -> {
              Thread.sleep(DELIVERY.toMillis());
              return true;
            });
  }

  private List<Result> measuredIn(Stranger stranger) throws IOException {
    execute(
        experiment()
            .in("stranger")
            .option(RunOptions.TIME_LIMIT, "1ms")
            .with(List.of(stranger), List.of()));
    return results();
  }

  @Test
  void whatIsDoneForASampleCounts() throws Exception {
    assertThat(measuredIn(slow()))
        .isNotEmpty()
        .allMatch(result -> result.overheadMs() >= DELIVERY.toMillis());
  }

  @Test
  void theWaitForATurnToStartDoesNot() throws Exception {
    assertThat(measuredIn(slow().but("waited", () -> Duration.ofHours(1))))
        .isNotEmpty()
        .allMatch(result -> result.overheadMs() == 0);
  }

  static Stream<Callable<?>> noWaits() {
    return Stream.of(
        () -> Duration.ofMillis(-1),
        () -> null,
        () -> {
          throw new IllegalStateException("boom");
        });
  }

  @ParameterizedTest
  @MethodSource("noWaits")
  void aWaitThatCannotBeIsToldAndCostsNoVerdict(Callable<?> fault) throws Exception {
    assertThat(measuredIn(slow().but("waited", fault)))
        .extracting(result -> result.verdict().outcome(), result -> result.overheadMs() > 0)
        .isNotEmpty()
        .containsOnly(tuple(Outcome.EXECUTABLE, true));
    assertThat(console.toString(UTF_8))
        .contains("environment stranger (org.malassay.experiment.Stranger): waited");
  }
}
