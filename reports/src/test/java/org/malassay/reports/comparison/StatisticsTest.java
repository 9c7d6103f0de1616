package org.malassay.reports.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each statistic gives the values that are published elsewhere. */
class StatisticsTest {
  private static final Offset<Double> FOUR_DIGITS = within(0.00005);

  /** R's binom.confint(method = "wilson"), as statsmodels' results_proportion.py has it. */
  @ParameterizedTest
  @CsvSource({
    "15, 30, 0.3315, 0.6685",
    "50, 100, 0.4038, 0.5962",
    "390, 1000, 0.3602, 0.4206",
    "7, 10, 0.3968, 0.8922",
    "10, 10, 0.7225, 1",
    "0, 10, 0, 0.2775",
    "1000, 1000, 0.9962, 1"
  })
  void wilsonsIntervalIsThatOfR(int successes, int of, double low, double high) {
    Interval interval = Interval.wilson(successes, of);
    assertThat(interval.low()).isCloseTo(low, FOUR_DIGITS);
    assertThat(interval.high()).isCloseTo(high, FOUR_DIGITS).isLessThanOrEqualTo(1);
  }

  @Test
  void nothingHasNoShare() {
    assertThatThrownBy(() -> Interval.wilson(0, 0)).hasMessageContaining("0 of 0");
  }

  /** statsmodels, test_contingency_tables.py; the last four are the smallest that are shown. */
  @ParameterizedTest
  @CsvSource({
    "121, 59, 0.000004",
    "70, 59, 0.378688",
    "80, 59, 0.089452",
    "30, 60, 0.00206",
    "10, 30, 0.002221",
    "10, 10, 1",
    "0, 0, 1",
    "6, 0, 0.03125",
    "5, 0, 0.0625",
    "8, 1, 0.0391",
    "7, 0, 0.015625"
  })
  void mcnemarsExactTestIsThatOfStatsmodels(int onlyFirst, int onlySecond, double p) {
    // As many digits as are published, which are at least four after the point.
    assertThat(McNemar.of(onlyFirst, onlySecond).p())
        .isCloseTo(p, p < 0.001 ? within(0.0000005) : FOUR_DIGITS);
  }

  /** The three drugs of SAS's documentation of PROC FREQ; statsmodels has the same values. */
  @Test
  void cochransTestOfThreeDrugsIsThatOfSas() {
    List<double[]> patients = new ArrayList<>();
    add(patients, 6, "000");
    add(patients, 2, "100");
    add(patients, 16, "001");
    add(patients, 4, "101");
    add(patients, 2, "010");
    add(patients, 6, "110");
    add(patients, 4, "011");
    add(patients, 6, "111");
    assertThat(CochranQ.of(patients))
        .hasValueSatisfying(
            test -> {
              assertThat(test.q()).isCloseTo(8.470588, FOUR_DIGITS);
              assertThat(test.degrees()).isEqualTo(2);
              assertThat(test.p()).isCloseTo(0.014476, FOUR_DIGITS);
            });
  }

  /** Conover's example (p. 253), and one of four treatments, as statsmodels tests both. */
  @Test
  void cochransTestIsThatOfStatsmodels() {
    List<double[]> three = new ArrayList<>();
    add(three, 1, "010", "001");
    add(three, 2, "110");
    add(three, 1, "010", "000");
    add(three, 6, "111");
    assertThat(CochranQ.of(three).orElseThrow().q()).isCloseTo(2.8, FOUR_DIGITS);
    assertThat(CochranQ.of(three).orElseThrow().p()).isCloseTo(0.246597, FOUR_DIGITS);
    List<double[]> four = new ArrayList<>();
    add(four, 4, "0001");
    add(four, 3, "1001");
    add(four, 1, "1111", "0101", "0100", "0000", "0011");
    assertThat(CochranQ.of(four).orElseThrow().q()).isCloseTo(13.2857143, FOUR_DIGITS);
    assertThat(CochranQ.of(four).orElseThrow().p()).isCloseTo(0.00405776, FOUR_DIGITS);
  }

  /** Rounding first base (Hollander, Wolfe 1973, p. 140), as R documents friedman.test. */
  @Test
  void ofSharesItIsFriedmansTestAsInR() {
    double[] times = {
      5.40, 5.50, 5.55, 5.85, 5.70, 5.75, 5.20, 5.60, 5.50, 5.55, 5.50, 5.40, 5.90, 5.85, 5.70,
      5.45, 5.55, 5.60, 5.40, 5.40, 5.35, 5.45, 5.50, 5.35, 5.25, 5.15, 5.00, 5.85, 5.80, 5.70,
      5.25, 5.20, 5.10, 5.65, 5.55, 5.45, 5.60, 5.35, 5.45, 5.05, 5.00, 4.95, 5.50, 5.50, 5.40,
      5.45, 5.55, 5.50, 5.55, 5.55, 5.35, 5.45, 5.50, 5.55, 5.50, 5.45, 5.25, 5.65, 5.60, 5.40,
      5.70, 5.65, 5.55, 6.30, 6.30, 6.25
    };
    List<double[]> players = new ArrayList<>();
    for (int i = 0; i < times.length; i += 3) {
      players.add(new double[] {times[i], times[i + 1], times[i + 2]});
    }
    CochranQ test = CochranQ.of(players).orElseThrow();
    assertThat(test.q()).isCloseTo(11.142857, FOUR_DIGITS);
    assertThat(test.degrees()).isEqualTo(2);
    assertThat(test.p()).isCloseTo(0.003805, FOUR_DIGITS);
  }

  @Test
  void cochransTestIsUndefinedWhereNoSampleDiffers() {
    List<double[]> same = new ArrayList<>();
    add(same, 3, "000");
    add(same, 4, "111");
    assertThat(CochranQ.of(same)).isEmpty();
    assertThat(CochranQ.of(List.of())).isEmpty();
  }

  private static void add(List<double[]> patients, int count, String... rows) {
    for (String row : rows) {
      addOne(patients, count, row);
    }
  }

  private static void addOne(List<double[]> patients, int count, String favourable) {
    for (int i = 0; i < count; i++) {
      double[] row = new double[favourable.length()];
      for (int drug = 0; drug < row.length; drug++) {
        row[drug] = favourable.charAt(drug) - '0';
      }
      patients.add(row);
    }
  }

  /** R's p.adjust(method = "holm"). */
  @Test
  void holmsCorrectionIsThatOfR() {
    assertThat(Holm.adjusted(0.01, 0.04, 0.20))
        .containsExactly(new double[] {0.03, 0.08, 0.20}, within(1e-12));
    assertThat(Holm.adjusted(0.9, 0.04, 0.045, 0.01))
        .containsExactly(new double[] {0.9, 0.12, 0.12, 0.04}, within(1e-12));
    assertThat(Holm.adjusted()).isEmpty();
  }

  /** The heights of Darwin's plants (Cureton 1967), as SciPy and stdlib document the test. */
  @Test
  void wilcoxonsTestOfDarwinsPlantsIsThatOfScipy() {
    double[] heights = {6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75};
    assertThat(SignedRank.p(heights).orElseThrow()).isCloseTo(0.04126, FOUR_DIGITS);
    assertThat(SignedRank.p(new double[] {0, 0})).isEmpty();
  }

  /**
   * SciPy 1.17: {@code wilcoxon(d, zero_method="pratt", correction=True, mode="approx")}, with
   * zeros and ties, many zeros, and both beyond 50 samples.
   */
  @Test
  void wilcoxonsTestRanksZerosAsScipyDoes() {
    assertThat(SignedRank.p(new double[] {0, 0, 1}).orElseThrow()).isCloseTo(0.50499, FOUR_DIGITS);
    double[] one = new double[100];
    one[99] = 1;
    assertThat(SignedRank.p(one).orElseThrow()).isCloseTo(0.32217, FOUR_DIGITS);
    assertThat(SignedRank.p(new double[] {0, 0, 0, 1, 1, 2, -1, 3, -2, 4}).orElseThrow())
        .isCloseTo(0.23086, FOUR_DIGITS);
    double[] many = new double[59];
    Arrays.fill(many, 0, 12, 1.5);
    Arrays.fill(many, 12, 15, -1);
    System.arraycopy(new double[] {2, 2, 3.5, -0.5}, 0, many, 15, 4);
    assertThat(SignedRank.p(many).orElseThrow()).isCloseTo(0.0054045, FOUR_DIGITS);
  }

  @Test
  void scoresThatDifferByTheSameTie() {
    ScoreShift shift = ScoreShift.of(new double[] {0.3, 0.2, 0, 5}, new double[] {0.2, 0.1, 0, 5});
    assertThat(shift.p()).isEqualTo(SignedRank.p(new double[] {1, 1, 0, 0}));
  }

  /** By the definition (Cliff 1993): all pairs counted by hand. */
  @Test
  void cliffsDeltaCountsPairs() {
    assertThat(ScoreShift.cliff(new double[] {5, 6, 7}, new double[] {1, 2, 3})).isEqualTo(1);
    assertThat(ScoreShift.cliff(new double[] {1, 2}, new double[] {1, 2})).isZero();
    // 1 above 0; 1, 1 and 2 equal or below the rest: 1 greater, 3 smaller, 2 equal of 6
    assertThat(ScoreShift.cliff(new double[] {0, 1}, new double[] {0, 1, 2}))
        .isCloseTo((1 - 3) / 6.0, within(1e-12));
  }

  /** SciPy's documentation of kendalltau. */
  @Test
  void kendallsTauIsThatOfScipy() {
    assertThat(
            KendallTau.of(new double[] {12, 2, 1, 12, 2}, new double[] {1, 4, 7, 1, 0})
                .orElseThrow())
        .isCloseTo(-0.471404, FOUR_DIGITS);
  }

  @Test
  void kendallsTauIsUndefinedWhereOneScoreDoesNotVary() {
    assertThat(KendallTau.of(new double[] {9, 9, 9}, new double[] {1, 2, 3})).isEmpty();
    assertThat(KendallTau.of(new double[0], new double[0])).isEmpty();
  }

  @Test
  void theMedianOfAnEvenNumberIsBetweenTheMiddleTwo() {
    assertThat(Scores.of(new double[] {4, 1, 10, 2})).isEqualTo(new Scores(4, 4.25, 3));
    assertThat(Scores.of(new double[0]).count()).isZero();
  }
}
