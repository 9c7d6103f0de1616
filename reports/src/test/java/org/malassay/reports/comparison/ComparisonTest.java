package org.malassay.reports.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.malassay.label.Label;
import org.malassay.reports.MadeUp;
import org.malassay.reports.writing.Words;
import org.malassay.run.Result;
import org.malassay.verdict.Cause;

class ComparisonTest {
  private final Words english = Words.of("en");

  /** Ten samples: all run in a container, one in three of them nowhere else. */
  private static List<Result> rows() {
    List<Result> rows = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      String name = "s" + i;
      rows.add(MadeUp.row("container", name).build());
      rows.add(
          i < 8
              ? MadeUp.row("unikernel", name)
                  .notExecutable(i < 6 ? Cause.Type.NEEDS_PROCESS : Cause.Type.NO_LOADER, "fork")
                  .build()
              : MadeUp.row("unikernel", name).threatScore(5).build());
    }
    return rows;
  }

  @Test
  void aSampleCountsOncePerEnvironmentAndPairsAreTheSameSample() {
    Comparison comparison = Comparison.of(rows());
    assertThat(comparison.samples()).isEqualTo(10);
    assertThat(comparison.paired()).isEqualTo(10);
    assertThat(comparison.environments())
        .extracting(Figures::environment, Figures::executable, Figures::notExecutable)
        .containsExactly(tuple("container", 10, 0), tuple("unikernel", 2, 8));
    assertThat(comparison.pairs())
        .singleElement()
        .satisfies(
            pair -> {
              assertThat(pair.verdicts()).isEqualTo(McNemar.of(8, 0));
              assertThat(pair.verdictsP()).hasValueCloseTo(2 / 256.0, within(1e-9));
              assertThat(pair.threat())
                  .hasValueSatisfying(it -> assertThat(it.delta()).isEqualTo(1));
            });
    assertThat(comparison.leastCauses())
        .containsExactly(
            Map.entry(Cause.Type.NEEDS_PROCESS, 6), Map.entry(Cause.Type.NO_LOADER, 2));
  }

  @Test
  void threeSentencesAreMadeOfTheNumbers() {
    Sentences sentences = Sentences.of(Comparison.of(rows()), english);
    assertThat(sentences.runs())
        .isEqualTo(
            "In unikernel 2 of 10 samples ran (20 %, 95 % confidence 6–51 %) and in container 10 of"
                + " 10 (100 %, 72–100 %). Of the 8 that did not run in unikernel but did elsewhere,"
                + " 6 failed there by: needs a process.");
    assertThat(sentences.scores())
        .startsWith("The mean impact of a sample is, from 0 to 10,")
        .contains("; the mean threat score by label is 9 in container (median 9) and 1 in")
        .endsWith(").");
    assertThat(sentences.sure())
        .isEqualTo(
            "What runs differs by more than chance between container and unikernel (n = 10,"
                + " p = 0.008). Over 10 samples with an answer everywhere, Cochran's Q = 8,"
                + " p = 0.005.");
    assertThat(sentences.notMeasured()).containsExactly("Everything that can be measured was.");
  }

  @Test
  void theSameSentencesAreInJapaneseByTheTermsOfTheThesis() {
    Sentences sentences = Sentences.of(Comparison.of(rows()), Words.of("ja"));
    assertThat(sentences.runs())
        .startsWith("ユニカーネル環境では 10 個中 2 個（20 %、95 % 信頼区間 6–51 %）、コンテナ環境では")
        .contains("実行可能", "プロセスの生成が必要");
    assertThat(sentences.all()).noneMatch(it -> it.contains("{"));
  }

  /**
   * As in a run without a source of labels: what does not run has the score 0, and nothing else.
   */
  private static List<Result> withoutLabels() {
    Label none = Label.missing("nobody");
    return List.of(
        MadeUp.row("container", "a").label(none).build(),
        MadeUp.row("unikernel", "a").label(none).build(),
        MadeUp.row("container", "b").label(none).notExecutable(Cause.Type.ABORT, "").build(),
        MadeUp.row("unikernel", "b").label(none).notExecutable(Cause.Type.ABORT, "").build());
  }

  @Test
  void theZerosOfWhatDoesNotRunAreNotComparedWhereNothingThatRunsHasALabel() {
    assertThat(Comparison.of(withoutLabels()).pairs())
        .singleElement()
        .satisfies(
            pair -> {
              assertThat(pair.threat()).isEmpty();
              assertThat(pair.impact()).isPresent();
            });
  }

  @Test
  void withoutLabelsTheJapaneseSentenceOfScoresIsWhole() {
    assertThat(Sentences.of(Comparison.of(withoutLabels()), Words.of("ja")).scores())
        .startsWith("サンプルの影響スコア")
        .endsWith("である。")
        .doesNotContain("脅威");
  }

  /** Of five environments one gave no answer: nobody can say that it differs from the others. */
  @Test
  void anEnvironmentThatWasNotTestedIsNotSaidToDifferFromEveryOther() {
    List<Result> rows = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      for (String environment : List.of("a", "b", "c")) {
        rows.add(MadeUp.row(environment, "s" + i).build());
      }
      rows.add(MadeUp.row("sealed", "s" + i).notExecutable(Cause.Type.NO_LOADER, "").build());
      rows.add(MadeUp.row("silent", "s" + i).inconclusive("engine gone").build());
    }
    assertThat(Sentences.of(Comparison.of(rows), english).sure())
        .contains("sealed")
        .doesNotContain("silent", "every other");
  }

  @Test
  void whatWasNotMeasuredIsSaidAndIsInNoShare() {
    Comparison comparison =
        Comparison.of(
            List.of(
                MadeUp.row("container", "a").label(Label.missing("nobody")).build(),
                MadeUp.row("container", "b").build(),
                MadeUp.row("unikernel", "a").inconclusive("engine gone").build()));
    assertThat(comparison.environments().get(1).share()).isEmpty();
    assertThat(Sentences.of(comparison, english).notMeasured())
        .containsExactly(
            "In container 1 of 2 samples have no threat score, for want of a label.",
            "In unikernel the tool could not tell of 1 samples whether they run; they are in no"
                + " share.",
            "2 of 2 samples do not have an answer in every environment; Cochran's test leaves them"
                + " out.");
    assertThat(Sentences.of(comparison, english).sure()).contains("nothing can be tested in pairs");
  }

  @Test
  void equalVerdictsShowNoDifference() {
    assertThat(
            Sentences.of(
                    Comparison.of(
                        List.of(
                            MadeUp.row("container", "a").build(),
                            MadeUp.row("raspbian", "a").build())),
                    english)
                .sure())
        .isEqualTo(
            "No sample was found to run in one environment and not in another: no difference is"
                + " shown between container and raspbian (n = 1, p = 1.000).");
  }

  /**
   * Samples that run in a container and not on Raspbian, then those that run in both; of the last
   * of them a unikernel has the same answer as Raspbian, and none of the others.
   */
  private static Comparison partly(int apart, int together, int answered) {
    List<Result> rows = new ArrayList<>();
    for (int i = 0; i < apart + together; i++) {
      String name = "s" + i;
      rows.add(MadeUp.row("container", name).build());
      for (String other : List.of("raspbian", "unikernel")) {
        MadeUp.Row row = MadeUp.row(other, name);
        if (other.equals("unikernel") && i < apart + together - answered) {
          row.inconclusive("engine gone");
        } else if (i < apart) {
          row.notExecutable(Cause.Type.ABORT, "");
        }
        rows.add(row.build());
      }
    }
    return Comparison.of(rows);
  }

  @Test
  void anEnvironmentWithoutAnyAnswerHidesNoDifferenceBetweenTheOthersAndIsNotCorrectedFor() {
    Comparison comparison = partly(12, 0, 0);
    assertThat(comparison.paired()).isZero();
    assertThat(comparison.pairs().get(0).verdictsP()).hasValueCloseTo(2 / 4096.0, within(1e-9));
    assertThat(comparison.pairs()).extracting(Pair::samples).containsExactly(12, 0, 0);
    assertThat(comparison.pairs().subList(1, 3)).allMatch(pair -> pair.verdictsP().isEmpty());
    assertThat(Sentences.of(comparison, english).sure())
        .isEqualTo(
            "What runs differs by more than chance between container and raspbian (n = 12,"
                + " p < 0.001).");
  }

  @Test
  void eachPairIsSaidWithItsOwnNumberOfSamplesAndCochransTestWithItsOwn() {
    assertThat(Sentences.of(partly(12, 0, 2), english).sure())
        .isEqualTo(
            "What runs differs by more than chance between container and raspbian (n = 12,"
                + " p = 0.001); no difference is shown between container and unikernel (n = 2,"
                + " p = 1.000) and raspbian and unikernel (n = 2, p = 1.000). Over 2 samples with"
                + " an answer everywhere, Cochran's Q = 4, p = 0.135.");
  }

  @Test
  void aPairThatDiffersIsShownWhereTheSamplesWithAnAnswerEverywhereDoNot() {
    Comparison comparison = partly(12, 1, 1);
    assertThat(comparison.omnibus()).isEmpty();
    assertThat(Sentences.of(comparison, english).sure())
        .isEqualTo(
            "What runs differs by more than chance between container and raspbian (n = 13,"
                + " p = 0.001); no difference is shown between container and unikernel (n = 1,"
                + " p = 1.000) and raspbian and unikernel (n = 1, p = 1.000).");
  }

  @Test
  void aDifferenceThatMayBeChanceIsNoneThatIsShown() {
    List<Result> rows = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      rows.add(MadeUp.row("container", "s" + i).build());
      rows.add(MadeUp.row("raspbian", "s" + i).notExecutable(Cause.Type.ABORT, "").build());
    }
    assertThat(Sentences.of(Comparison.of(rows), english).sure())
        .contains("No two environments are shown to differ", "(n = 5, p = 0.063)");
  }

  @Test
  void nothingAndOneEnvironmentHaveSentencesToo() {
    assertThat(Sentences.of(Comparison.of(List.of()), english).all())
        .containsExactly(
            "No sample was run to an answer.",
            "No sample has a score: none has a label, and no behavior was observed.",
            "Only one environment was measured: there is nothing to compare it with.");
  }
}
