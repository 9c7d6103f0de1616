package org.malassay.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.Recording;
import org.malassay.verdict.Cause;
import org.malassay.verdict.Verdict;

/** The formula, as the framework's README derives it. */
class ImpactScoreTest {
  private static final Recording ALL =
      new Recording(
          Map.of(
              Facet.CALLS,
              FacetState.OBSERVED,
              Facet.PROCESSES,
              FacetState.OBSERVED,
              Facet.NETWORK,
              FacetState.OBSERVED));

  private static Hit hit(Level level, double confidence, boolean succeeded, Dimension... hits) {
    return new Hit(
        "id",
        "title",
        Optional.empty(),
        List.of(),
        level,
        List.of(hits),
        level.weight() * confidence * (succeeded ? 1 : 0.5),
        succeeded,
        1,
        Duration.ZERO,
        OptionalInt.empty(),
        "",
        "",
        "host-kernel",
        false,
        OptionalDouble.of(confidence));
  }

  private static Hit user(Level level) {
    return hit(level, 1, true, Dimension.USER);
  }

  private static Matched matched(List<Hit> hits) {
    return new Matched(hits, 0);
  }

  private static Impact impact(List<Hit> hits, Measured... measured) {
    return ImpactScore.of(
        Verdict.executable(), Optional.of(ALL), matched(hits), List.of(measured), true, "rules");
  }

  private static double user(Hit... hits) {
    return impact(List.of(hits)).score(Dimension.USER).orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({
    "INFORMATIONAL, 0",
    "LOW, 0.5",
    "MEDIUM, 1.5",
    "HIGH, 3.5",
    "CRITICAL, 7.0",
  })
  void oneSureSuccessCountsWhatItsLevelWeighs(Level level, double score) {
    assertThat(user(user(level))).isEqualTo(score);
  }

  @Test
  void moreHitsComeNearerToTenAndNeverReachIt() {
    assertThat(user(user(Level.CRITICAL), user(Level.CRITICAL))).isEqualTo(9.1);
    assertThat(user(user(Level.HIGH), user(Level.HIGH))).isEqualTo(5.8);
    assertThat(user(Collections.nCopies(5, user(Level.LOW)).toArray(Hit[]::new)))
        .as("five slight ones are no serious one")
        .isLessThan(3);
    assertThat(user(Collections.nCopies(1000, user(Level.CRITICAL)).toArray(Hit[]::new)))
        .isEqualTo(10);
  }

  @Test
  void anAttemptAndADoubtCountLess() {
    Hit tried = hit(Level.CRITICAL, 1, false, Dimension.USER);
    Hit doubtful = hit(Level.CRITICAL, 0.5, true, Dimension.USER);

    assertThat(user(tried)).isEqualTo(3.5);
    assertThat(user(doubtful)).isEqualTo(3.5);
  }

  @Test
  void hitsThatCountOtherwiseChangeNothingThatWasMeasuredOrNotObserved() {
    Impact impact =
        impact(
            List.of(user(Level.HIGH), hit(Level.LOW, 1, true, Dimension.ENVIRONMENT)),
            new Measured(Dimension.SERVICE, 4, "lost"));

    assertThat(ImpactScore.again(impact, Hit::part)).isEqualTo(impact.dimensions());
    assertThat(ImpactScore.again(impact, hit -> 0))
        .isEqualTo(
            Map.of(
                Dimension.ENVIRONMENT, 0.0,
                Dimension.SERVICE, 4.0,
                Dimension.USER, 0.0,
                Dimension.THIRD_PARTY, 0.0));
    Impact blind =
        ImpactScore.of(
            Verdict.executable(),
            Optional.of(Recording.OFF),
            matched(List.of(user(Level.HIGH))),
            List.of(),
            false,
            "rules");
    assertThat(ImpactScore.again(blind, hit -> 1)).isEqualTo(Map.of(Dimension.USER, 10.0));
    Impact notRun =
        ImpactScore.of(
            Verdict.notExecutable(new Cause(Cause.Type.ABORT, "")),
            Optional.of(ALL),
            matched(List.of(user(Level.HIGH))),
            List.of(),
            true,
            "rules");
    assertThat(ImpactScore.again(notRun, hit -> 1)).isEqualTo(notRun.dimensions());
  }

  @Test
  void noHitLowersAScoreAndTheirOrderDoesNotMatter() {
    Random random = new Random(1);
    for (int run = 0; run < 200; run++) {
      List<Hit> hits = new ArrayList<>();
      Map<Dimension, Double> before = impact(hits).dimensions();
      for (int i = 0; i < 10; i++) {
        hits.add(
            hit(
                List.of(Level.values()).get(random.nextInt(5)),
                random.nextDouble(),
                random.nextBoolean(),
                List.of(Dimension.values()).get(random.nextInt(4))));
        Map<Dimension, Double> now = impact(hits).dimensions();
        before.forEach((dimension, score) -> assertThat(now.get(dimension)).isBetween(score, 10.0));
        before = now;
      }
      List<Hit> shuffled = new ArrayList<>(hits);
      Collections.shuffle(shuffled, random);
      for (Dimension dimension : Dimension.values()) {
        assertThat(impact(shuffled).score(dimension).orElseThrow())
            .isCloseTo(before.get(dimension), within(0.1));
      }
    }
  }

  @Test
  void theWholeIsTheGreatestOfFour() {
    Impact impact =
        impact(
            List.of(
                hit(Level.HIGH, 1, true, Dimension.ENVIRONMENT, Dimension.SERVICE),
                hit(Level.LOW, 1, true, Dimension.THIRD_PARTY)));

    assertThat(impact.dimensions())
        .containsExactly(
            Map.entry(Dimension.ENVIRONMENT, 3.5),
            Map.entry(Dimension.SERVICE, 3.5),
            Map.entry(Dimension.USER, 0.0),
            Map.entry(Dimension.THIRD_PARTY, 0.5));
    assertThat(impact.score()).hasValue(3.5);
  }

  @Test
  void ofRulesAndOfWhatWasMeasuredTheGreaterCounts() {
    Hit low = hit(Level.LOW, 1, true, Dimension.SERVICE);
    Hit critical = hit(Level.CRITICAL, 1, true, Dimension.SERVICE);
    Measured slow = new Measured(Dimension.SERVICE, 4, "slow");

    assertThat(impact(List.of(low), slow).score()).hasValue(4);
    assertThat(impact(List.of(critical), slow).score()).hasValue(7);
    assertThat(impact(List.of(), slow).status()).isEqualTo(Impact.Status.SEEN);
  }

  @Test
  void notExecutableNothingSeenAndNotObservedAreThreeThings() {
    Hit hit = user(Level.HIGH);
    Verdict fails = Verdict.notExecutable(new Cause(Cause.Type.EXIT_STATUS, "1"));
    Impact failed =
        ImpactScore.of(fails, Optional.of(ALL), matched(List.of(hit)), List.of(), true, "");
    Impact quiet = impact(List.of());
    Impact unseen =
        ImpactScore.of(
            Verdict.executable(), Optional.of(Recording.OFF), Matched.NOTHING, List.of(), true, "");
    Impact unclear =
        ImpactScore.of(
            Verdict.inconclusive(new Cause(Cause.Type.GUEST_FAILED, "x")),
            Optional.empty(),
            Matched.NOTHING,
            List.of(),
            false,
            "");

    assertThat(failed.status()).isEqualTo(Impact.Status.NOT_EXECUTABLE);
    assertThat(failed.score()).hasValue(0);
    assertThat(failed.hits()).as("what it did until it failed").containsExactly(hit);
    assertThat(quiet.status()).isEqualTo(Impact.Status.NOTHING_SEEN);
    assertThat(quiet.score()).hasValue(0);
    assertThat(unseen.status()).isEqualTo(Impact.Status.NOT_OBSERVED);
    assertThat(unseen.score()).isEmpty();
    assertThat(unseen.score(Dimension.USER)).isEmpty();
    assertThat(unclear.status()).isEqualTo(Impact.Status.NOT_OBSERVED);
    assertThat(unclear.score()).isEmpty();
  }

  /** Nobody looked at what the sample did, but its web service was asked all the same. */
  @Test
  void theServiceIsMeasuredWithoutARecording() {
    Impact impact =
        ImpactScore.of(
            Verdict.executable(),
            Optional.of(Recording.OFF),
            Matched.NOTHING,
            List.of(new Measured(Dimension.SERVICE, 10, "gone")),
            true,
            "");

    assertThat(impact.status()).isEqualTo(Impact.Status.NOT_OBSERVED);
    assertThat(impact.dimensions()).containsExactly(Map.entry(Dimension.SERVICE, 10.0));
    assertThat(impact.score()).isEmpty();
  }

  /** Such as by an engine without a recorder, whose guests have a simulated Internet. */
  @Test
  void withoutTheCallsThatNoRuleIsFulfilledSaysNothing() {
    Recording network =
        Recording.OFF
            .with(Facet.NETWORK, FacetState.OBSERVED)
            .with(Facet.CALLS, FacetState.missing("no eBPF"));
    Hit hit = hit(Level.HIGH, 1, true, Dimension.THIRD_PARTY);

    Impact quiet =
        ImpactScore.of(
            Verdict.executable(), Optional.of(network), Matched.NOTHING, List.of(), true, "");
    Impact heard =
        ImpactScore.of(
            Verdict.executable(), Optional.of(network), matched(List.of(hit)), List.of(), true, "");

    assertThat(quiet.status()).isEqualTo(Impact.Status.NOT_OBSERVED);
    assertThat(quiet.score()).isEmpty();
    assertThat(quiet.dimensions()).containsOnlyKeys(Dimension.SERVICE);
    assertThat(heard.status()).isEqualTo(Impact.Status.SEEN);
    assertThat(heard.dimensions()).containsOnlyKeys(Dimension.SERVICE, Dimension.THIRD_PARTY);
    assertThat(heard.why()).startsWith("calls missing (no eBPF)");
  }

  @Test
  void aServiceThatCouldNotBeAskedHasNoScore() {
    Impact impact =
        ImpactScore.of(
            Verdict.executable(), Optional.of(ALL), Matched.NOTHING, List.of(), false, "");

    assertThat(impact.status()).isEqualTo(Impact.Status.NOTHING_SEEN);
    assertThat(impact.score(Dimension.SERVICE)).isEmpty();
    assertThat(impact.score()).hasValue(0);
  }

  @Test
  void whatWasCutIsSaid() {
    Recording cut = ALL.with(Facet.NETWORK, FacetState.cut(3, "a flood"));

    assertThat(
            ImpactScore.of(
                    Verdict.executable(), Optional.of(cut), Matched.NOTHING, List.of(), true, "")
                .why())
        .isEqualTo("network cut (3 events lost: a flood)");
    assertThat(impact(List.of()).why()).isEmpty();
  }

  @Test
  void comparisonsThatWereGivenUpMakeAnImpactDoubtful() {
    Recording cut = ALL.with(Facet.NETWORK, FacetState.cut(3, "a flood"));

    assertThat(givenUp(ALL, 0).doubt()).isEmpty();
    assertThat(givenUp(ALL, 1).doubt()).isEqualTo("1 comparison given up");
    assertThat(givenUp(cut, 2).doubt())
        .isEqualTo("network cut (3 events lost: a flood); 2 comparisons given up");
    assertThat(givenUp(ALL, 1).status()).isEqualTo(Impact.Status.NOTHING_SEEN);
  }

  private static Impact givenUp(Recording recording, long comparisons) {
    return ImpactScore.of(
        Verdict.executable(),
        Optional.of(recording),
        new Matched(List.of(), comparisons),
        List.of(),
        true,
        "");
  }

  @ParameterizedTest
  @CsvSource({
    "0, NONE",
    "0.1, SLIGHT",
    "0.9, SLIGHT",
    "1.0, MODERATE",
    "2.9, MODERATE",
    "3.0, SERIOUS",
    "5.9, SERIOUS",
    "6.0, SEVERE",
    "10, SEVERE",
  })
  void aBandSaysWhatAScoreMeans(double score, Band band) {
    assertThat(Band.of(score)).isEqualTo(band);
    assertThat(band.meaning()).isNotEmpty();
  }
}
