package org.malassay.environments.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.malassay.environment.EnvironmentProvider;
import org.malassay.environment.Limits;
import org.malassay.environment.Opening;
import org.malassay.options.OptionException;
import org.malassay.options.Options;

class TimeoutsTest {
  private static Timeouts given(String factor) {
    return Timeouts.of(Options.of(Map.of("timeouts.factor", factor)));
  }

  @ParameterizedTest
  @EnumSource
  void everyTimeOutIsAsLongAsItIsUnlessAFactorIsGiven(Timeout each) {
    assertThat(each.usual()).isPositive();
    assertThat(Timeouts.of(Options.of(Map.of())).of(each)).isEqualTo(each.usual());
    assertThat(given("2.5").of(each)).isEqualTo(each.usual().multipliedBy(5).dividedBy(2));
    assertThat(given("100").of(each)).isEqualTo(each.usual().multipliedBy(100));
  }

  @Test
  void whatTookLongerIsToldWithTheRemedy() {
    assertThat(given("1").over(Timeout.SERVICE_START))
        .isEqualTo(" in 20 s; where the host is slow, give more than -Dtimeouts.factor=1");
    assertThat(given("2.5").over(Timeout.PROBE))
        .isEqualTo(" in 4.5 s; where the host is slow, give more than -Dtimeouts.factor=2.5");
    assertThat(given("3").over(Duration.ofMinutes(1))).startsWith(" in 60 s; ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "0.9", "-1", "101", "two", "", "NaN", "Infinity", "1e9"})
  void aFactorThatIsNoneIsRefused(String factor) {
    assertThatThrownBy(() -> given(factor))
        .isInstanceOf(OptionException.class)
        .hasMessageStartingWith("-Dtimeouts.factor=" + factor + ": not ");
  }

  /** Before anything is built, or asked of an engine. */
  @Test
  void everyEnvironmentRefusesAFactorThatIsNoneAtOnce() {
    Limits limits = new Limits(Duration.ofSeconds(1), 1, 256L << 20, 1, 1, 1);
    Options options = Options.of(Map.of("timeouts.factor", "0"));
    assertThat(ServiceLoader.load(EnvironmentProvider.class))
        .hasSize(5)
        .allSatisfy(
            provider ->
                assertThatThrownBy(() -> provider.open(new Opening(options, limits, "test")))
                    .isInstanceOf(OptionException.class)
                    .hasMessageStartingWith("-Dtimeouts.factor=0: not from 1 to 100"));
  }

  @Test
  void nobodyWaitsForLessThanIsUsual() {
    assertThatThrownBy(() -> new Timeouts(0.5)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Timeouts(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
  }
}
