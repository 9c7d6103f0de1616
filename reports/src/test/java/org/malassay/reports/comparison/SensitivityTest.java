package org.malassay.reports.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.malassay.reports.MadeUp;
import org.malassay.reports.comparison.Alternative.Choice;
import org.malassay.reports.writing.Words;
import org.malassay.run.Result;
import org.malassay.score.Dimension;
import org.malassay.score.Hit;
import org.malassay.score.Level;

/** By hand: every made-up row lost 2 of its service besides, whatever its hits. */
class SensitivityTest {
  private static final double CONFIDENCE = 0.9;
  private static final Hit GRAVE = hit("grave", Level.HIGH, true);
  private static final Hit SLIGHT = hit("slight", Level.MEDIUM, true);
  private static final Hit TRIED = hit("tried", Level.CRITICAL, false);

  private static Hit hit(String rule, Level level, boolean succeeded) {
    return hit(rule, level, succeeded, CONFIDENCE);
  }

  private static Hit hit(String rule, Level level, boolean succeeded, double confidence) {
    return new Hit(
        rule,
        "Rule " + rule,
        Optional.empty(),
        List.of(),
        level,
        List.of(Dimension.ENVIRONMENT),
        level.weight() * confidence * (succeeded ? 1 : 0.5),
        succeeded,
        1,
        Duration.ZERO,
        OptionalInt.empty(),
        "",
        "",
        "tracer",
        false,
        OptionalDouble.of(confidence));
  }

  private static Result row(String environment, String sample, Hit... hits) {
    return MadeUp.row(environment, sample).hits(hits).build();
  }

  /** Their scores are 3.2 (0.35 x 0.9), 2 (more than 1.4), and 3.2 (0.7 x 0.9 x 0.5). */
  private static final List<Result> ROWS =
      List.of(
          row("container", "a", GRAVE),
          row("container", "b", SLIGHT),
          row("container", "c", TRIED));

  private static Alternative only(Sensitivity of, Choice choice, String name) {
    return of.alternatives().stream()
        .filter(it -> it.choice() == choice && it.name().equals(name))
        .reduce(
            (one, other) -> {
              throw new AssertionError(one + " and " + other);
            })
        .orElseThrow();
  }

  /**
   * Of three pairs, a and c tie at first; tau is what is left of the order by the root of the pairs
   * that do not tie at first and afterwards.
   */
  @ParameterizedTest
  @CsvSource({
    // c falls to 2, beside b: a keeps its place before b, 1 of the root of 2 x 2
    "ATTEMPTS_NOT, '', 0.5, 1, c",
    "WITHOUT_RULE, Rule tried, 0.5, 1, c",
    // c rises to 6.3: 2 of the root of 2 x 3; all else moves by half a place
    "ATTEMPTS_FULLY, '', 0.816497, 0.5, a",
    // 6.3 by critical, 3.2 by high, and c, which is at the top already, 3.2
    "LEVELS_ABOVE, '', 0.5, 1, c",
    // a 1.4 by medium, so 2; b 2; c 1.6 by high, so 2: none differs
    "LEVELS_BELOW, '', , 1, b",
    // a 4.7, b 2, c 4.7
    "WEIGHTS_MORE, '', 1, 0,",
    // a 3.5, b 2, c 3.5
    "CONFIDENCE, '', 1, 0,",
    // all lost 2 of the service
    "WITHOUT_DIMENSION, environment, , 1, b",
    "WITHOUT_DIMENSION, service, 1, 0,",
    "WITHOUT_RULE, Rule slight, 1, 0,",
    // a falls to 2
    "WITHOUT_RULE, Rule grave, 0.5, 1, a"
  })
  void theOrderIsComparedWithThatByAnotherChoice(
      Choice choice, String name, Double tau, double shift, String mover) {
    Alternative.Order order =
        only(Sensitivity.of(ROWS), choice, name == null ? "" : name).orders().get(0);
    assertThat(order.environment()).isEqualTo("container");
    assertThat(order.samples()).isEqualTo(3);
    if (tau == null) {
      assertThat(order.tau()).isEmpty();
    } else {
      assertThat(order.tau().orElseThrow()).isCloseTo(tau, within(0.000001));
    }
    assertThat(order.shift()).isEqualTo(shift);
    assertThat(order.mover()).isEqualTo(Optional.ofNullable(mover));
  }

  /** The mean of a is (3.2 + 2) / 4, that of b (1.4 + 2) / 4: the same order. */
  @Test
  void theMeanOfTheDimensionsIsAnAlternativeToTheGreatest() {
    assertThat(only(Sensitivity.of(ROWS), Choice.MEAN, "").orders().get(0).tau()).hasValue(1);
  }

  @Test
  void environmentsChangePlacesWhereTheGreaterMeanIsAnothers() {
    // 3.2 against 3.5 of an attempt that is as sure as can be
    Hit surely = hit("tried", Level.CRITICAL, false, 1);
    Sensitivity of =
        Sensitivity.of(List.of(row("container", "a", GRAVE), row("raspbian", "a", surely)));
    assertThat(of.changing())
        .extracting(Alternative::choice, Alternative::name)
        .containsExactly(
            tuple(Choice.LEVELS_ABOVE, ""),
            tuple(Choice.ATTEMPTS_NOT, ""),
            tuple(Choice.WITHOUT_RULE, "Rule tried"));
    Caveats caveats = Caveats.of(Comparison.of(List.of()), Optional.empty(), of, Words.of("en"));
    assertThat(caveats.changes())
        .hasValueSatisfying(
            it ->
                assertThat(it)
                    .startsWith("By 3 of ")
                    .contains(
                        "attempts that failed do not count (container and raspbian)",
                        "without the rule “Rule tried” (container and raspbian)"));
    assertThat(caveats.choices()).startsWith(caveats.changes().orElseThrow());
  }

  @Test
  void whereEnvironmentsKeepTheirPlacesThatIsSaid() {
    List<Result> rows = List.of(row("container", "a", GRAVE), row("raspbian", "a"));
    Caveats caveats =
        Caveats.of(Comparison.of(rows), Optional.empty(), Sensitivity.of(rows), Words.of("en"));
    assertThat(caveats.changes()).isEmpty();
    assertThat(caveats.choices().get(0)).startsWith("By none of ").contains("change places");
  }

  /** The default table and F-Secure's give a backdoor the 9 that it has. */
  @Test
  void onlyTablesThatGiveOtherScoresAreAlternatives() {
    List<Result> rows =
        List.of(
            MadeUp.row("container", "a").withoutHits().build(),
            MadeUp.row("container", "b").label(MadeUp.weak()).withoutHits().build());
    Sensitivity of = Sensitivity.of(rows);
    assertThat(of.alternatives())
        .extracting(Alternative::choice, Alternative::name)
        .containsExactly(tuple(Choice.TABLE, "kaspersky"));
    assertThat(of.alternatives().get(0).orders())
        .singleElement()
        .satisfies(
            order -> {
              assertThat(order.samples()).as("the weak label has no score").isEqualTo(1);
              assertThat(order.tau()).isEmpty();
            });
  }

  @Test
  void whatNeedsTheConfidenceOfRulesIsLeftOutWhereRowsDoNotSayIt() {
    Hit old = MadeUp.like(GRAVE, true, OptionalDouble.empty());
    Sensitivity of = Sensitivity.of(List.of(row("container", "a", old)));
    assertThat(of.confidenceKnown()).isFalse();
    assertThat(of.alternatives())
        .extracting(Alternative::choice)
        .contains(Choice.ATTEMPTS_NOT)
        .doesNotContain(Choice.CONFIDENCE, Choice.ATTEMPTS_FULLY);
    assertThat(Caveats.of(Comparison.of(List.of()), Optional.empty(), of, Words.of("en")).choices())
        .anyMatch(it -> it.startsWith("Rows of an earlier version do not say"));
  }

  @Test
  void withoutScoresNothingDependsOnAChoice() {
    Sensitivity of =
        Sensitivity.of(List.of(MadeUp.row("container", "a").label(MadeUp.weak()).unseen().build()));
    assertThat(of.alternatives()).isEmpty();
    assertThat(Caveats.of(Comparison.of(List.of()), Optional.empty(), of, Words.of("en")).choices())
        .containsExactly("Nothing has a score that another table, weight or rule would change.");
  }

  /**
   * Without it no score differs any more: tau is undefined, and the effect could not be greater.
   */
  @Test
  void theRuleThatAllScoresDependOnIsOfTheGreatestEffect() {
    Hit needed = hit("zz", Level.HIGH, true);
    Sensitivity of =
        Sensitivity.of(
            List.of(
                row("container", "a", needed),
                row("container", "b"),
                row("container", "c", SLIGHT)));
    assertThat(of.alternatives())
        .filteredOn(it -> it.choice() == Choice.WITHOUT_RULE)
        .extracting(Alternative::name)
        .containsExactly("Rule zz", "Rule slight");
    assertThat(Caveats.of(Comparison.of(ROWS), Optional.empty(), of, Words.of("en")).choices())
        .anySatisfy(it -> assertThat(it).contains("changes most").contains("none"));
  }

  @Test
  void whereNoChoiceChangesTheOrderNoneIsSaidTo() {
    Sensitivity of = Sensitivity.of(List.of(row("container", "a", SLIGHT)));
    assertThat(Caveats.of(Comparison.of(ROWS), Optional.empty(), of, Words.of("en")).choices())
        .noneSatisfy(it -> assertThat(it).contains("changes most"));
  }
}
