package org.malassay.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.malassay.environment.Defence;
import org.malassay.environment.Environment;
import org.malassay.environment.EnvironmentProvider;
import org.malassay.environment.Opening;
import org.malassay.options.Option;
import org.malassay.options.OptionException;
import org.malassay.options.Options;

/** An environment and its defences, as {@code -Denv} names them. */
class ChosenEnvironmentTest {
  private record Offering(String name, List<Defence> defences) implements EnvironmentProvider {
    @Override
    public List<Option<?>> options() {
      return List.of();
    }

    @Override
    public Environment open(Opening opening) {
      throw new IllegalStateException("nobody opens this one");
    }
  }

  private static Defence defence(String name) {
    return new Defence(name, "does what a test needs");
  }

  private static final Providers PROVIDERS =
      Providers.of(
          List.of(
              new Offering("bare", List.of()),
              new Offering(
                  "fort", List.of(defence("moat"), defence("wall.low"), defence("wall")))));

  private static List<String> chosen(String env) {
    return PROVIDERS.chosen(Options.of(Map.of("env", env))).stream()
        .map(ChosenEnvironment::name)
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "fort | fort",
        "fort+wall | fort+wall",
        "fort+wall+moat | fort+moat+wall",
        "fort+moat+wall | fort+moat+wall",
        "fort+wall+wall.low+moat | fort+moat+wall.low+wall",
      })
  void theOrderOfDefencesIsTheProviders(String given, String name) {
    assertThat(chosen(given)).containsExactly(name);
  }

  @Test
  void theSameInAnotherOrderIsTheSame() {
    assertThat(chosen("fort,fort+wall+moat,bare,fort+moat+wall,fort"))
        .containsExactly("fort", "fort+moat+wall", "bare");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "fort+mote | -Denv=fort+mote: fort has no defence named \"mote\"; it has: moat, wall.low, wall",
        "fort+ | -Denv=fort+: fort has no defence named \"\"; it has: moat, wall.low, wall",
        "fort++wall | -Denv=fort++wall: fort has no defence named \"\"; it has: moat, wall.low, wall",
        "bare+wall | -Denv=bare+wall: bare has no defences; leave out what is after the +",
        "fort+wall+wall | -Denv=fort+wall+wall: a defence is named twice: wall; name each once",
        "+wall | -Denv=: there is no such environment; there is: bare, fort",
      })
  void whatIsNotOfferedFailsAndNamesWhatIs(String given, String message) {
    assertThatThrownBy(() -> chosen(given)).isInstanceOf(OptionException.class).hasMessage(message);
  }

  @Test
  void twoDefencesOfOneNameMakeAProviderUnusable() {
    assertThat(
            Providers.of(List.of(new Offering("fort", List.of(defence("wall"), defence("wall")))))
                .problems())
        .singleElement()
        .asString()
        .contains("it has two defences named wall");
  }

  @ParameterizedTest
  @CsvSource({"Wall", "'wall '", "wall/", "wall+moat", "'$(wall)'", "''", ".wall", "wall-"})
  void aDefenceIsNamedByWhatNoShellChanges(String name) {
    assertThatThrownBy(() -> defence(name)).isInstanceOf(IllegalArgumentException.class);
  }
}
