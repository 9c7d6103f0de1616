package org.malassay.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.malassay.environment.Probe;
import org.malassay.run.Availability;
import org.malassay.run.Service;

class ServiceWatchTest {
  private static final Probe BEFORE = page(2, "page");
  private static final Probe REFUSED =
      new Probe(Optional.empty(), Duration.ofMillis(1), Optional.empty(), Optional.of("refused"));

  private static final Probe NOT_ASKED =
      Probe.notAsked(Duration.ofMillis(1), "could not be asked: EMFILE");

  private static Probe page(long millis, String body) {
    return new Probe(
        Optional.of(200), Duration.ofMillis(millis), Optional.of(body), Optional.empty());
  }

  private static Service summary(Probe before, List<Probe> during, Optional<Probe> after) {
    return ServiceWatch.summary(before, during, after, Availability.NONE);
  }

  @Test
  void anUntouchedServiceIsUpAndItsPageIntact() {
    assertThat(
            summary(
                BEFORE,
                List.of(page(9, "page"), page(1, "page"), page(3, "page")),
                Optional.of(page(4, "page"))))
        .isEqualTo(
            new Service(
                true,
                3,
                3,
                Optional.of(true),
                Optional.of(true),
                OptionalDouble.of(2),
                OptionalDouble.of(3),
                OptionalDouble.of(4),
                Optional.of(Availability.NONE)));
  }

  @Test
  void aChangedPageIsSeenWheneverItIsChanged() {
    assertThat(summary(BEFORE, List.of(), Optional.of(page(1, "other"))).pageIntact())
        .contains(false);
    assertThat(
            summary(BEFORE, List.of(page(1, "other")), Optional.of(page(1, "page"))).pageIntact())
        .contains(false);
  }

  @Test
  void whatNobodySawIsNotSaidToBeIntact() {
    Service gone = summary(BEFORE, List.of(REFUSED), Optional.of(REFUSED));
    assertThat(gone)
        .isEqualTo(
            new Service(
                true,
                1,
                0,
                Optional.of(false),
                Optional.empty(),
                OptionalDouble.of(2),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                Optional.of(Availability.NONE)));
    assertThat(summary(BEFORE, List.of(), Optional.empty()).after()).contains(false);
  }

  @Test
  void aServiceThatCouldNotBeAskedIsNotSaidToBeDown() {
    Service service = summary(BEFORE, List.of(NOT_ASKED, page(3, "page")), Optional.of(NOT_ASKED));
    assertThat(service.probesDuring()).isEqualTo(1);
    assertThat(service.answersDuring()).isEqualTo(1);
    assertThat(service.after()).isEmpty();
    assertThat(service.pageIntact()).contains(true);
  }

  @Test
  void anErrorPageIsNoAnswer() {
    Probe error =
        new Probe(Optional.of(500), Duration.ofMillis(1), Optional.of("oops"), Optional.empty());
    Service service = summary(BEFORE, List.of(error), Optional.of(error));
    assertThat(service.answersDuring()).isZero();
    assertThat(service.after()).contains(false);
    assertThat(service.pageIntact()).isEmpty();
  }

  @Test
  void theMedianOfAnEvenNumberIsBetweenTheMiddleTwo() {
    assertThat(
            summary(BEFORE, List.of(page(1, "page"), page(4, "page")), Optional.empty())
                .latencyDuringMs())
        .hasValue(2.5);
  }
}
