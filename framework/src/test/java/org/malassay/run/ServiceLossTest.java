package org.malassay.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.malassay.score.Dimension;
import org.malassay.score.Measured;

class ServiceLossTest {
  @ParameterizedTest
  @CsvSource({
    "10, 10, 0",
    "22, 99, 0",
    "22, 100, 0",
    "22, 550, 5",
    "22, 1000, 10",
    "22, 9000, 10",
    "200, 200, 0",
    "200, 1100, 5"
  })
  void aServiceThatAnswersLateLostSomething(double before, double during, double points) {
    List<Measured> losses = ServiceLoss.of(Optional.of(answering(3, 3, before, during)), false);
    assertThat(losses.stream().mapToDouble(Measured::points).sum()).isCloseTo(points, within(0.01));
    assertThat(losses).allMatch(loss -> loss.dimension() == Dimension.SERVICE);
  }

  /** One slow answer of two is the host's as likely as the sample's. */
  @ParameterizedTest
  @CsvSource({"1, 0", "2, 0", "3, 10", "20, 10"})
  void aMedianTakesThreeAnswers(int answers, double points) {
    List<Measured> losses =
        ServiceLoss.of(Optional.of(answering(answers, answers, 20, 1_000)), false);
    assertThat(losses.stream().mapToDouble(Measured::points).sum()).isEqualTo(points);
  }

  @ParameterizedTest
  @CsvSource({"0, 0, 0", "1, 1, 0", "1, 0, 5", "4, 4, 0", "4, 3, 2", "4, 0, 8"})
  void eachAnswerThatIsLostCounts(int asked, int answers, double points) {
    List<Measured> losses = ServiceLoss.of(Optional.of(answering(asked, answers, 20, 20)), false);
    assertThat(losses.stream().mapToDouble(Measured::points).sum()).isEqualTo(points);
  }

  @Test
  void aServiceThatDidNotAnswerBeforeLosesNothing() {
    Service service =
        new Service(
            false,
            4,
            0,
            Optional.of(false),
            Optional.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            Optional.empty());
    assertThat(ServiceLoss.of(Optional.of(service), false)).isEmpty();
  }

  @Test
  void aMachineThatWentDownTookItsServiceWithIt() {
    assertThat(ServiceLoss.of(Optional.of(answering(4, 4, 20, 20)), true))
        .extracting(Measured::words)
        .containsExactly("the machine went down", "the web service went down");
  }

  private static Service answering(int asked, int answers, double before, double during) {
    return new Service(
        true,
        asked,
        answers,
        Optional.of(true),
        Optional.of(true),
        OptionalDouble.of(before),
        answers == 0 ? OptionalDouble.empty() : OptionalDouble.of(during),
        OptionalDouble.of(before),
        Optional.empty());
  }
}
