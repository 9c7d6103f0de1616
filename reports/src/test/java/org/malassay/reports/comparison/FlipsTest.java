package org.malassay.reports.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.malassay.reports.MadeUp;
import org.malassay.reports.MadeUpRepetitions;
import org.malassay.reports.writing.Words;
import org.malassay.run.Repetitions;
import org.malassay.run.Result;

class FlipsTest {
  private final Words english = Words.of("en");

  @Test
  void whatWasNotTheSameEachTimeIsToldByWhat() {
    Flips flips = Flips.of(MadeUpRepetitions.rows()).orElseThrow();
    assertThat(flips.repeated()).isEqualTo(Map.of("container", 5));
    assertThat(flips.most()).isEqualTo(3);
    assertThat(flips.flips())
        .extracting(it -> it.row().sample(), Flip::kinds)
        .containsExactly(
            tuple("flaky", Set.of(Flip.Kind.VERDICT)),
            tuple("causes", Set.of(Flip.Kind.CAUSE)),
            tuple("hits", Set.of(Flip.Kind.HITS)),
            tuple("lost", Set.of(Flip.Kind.TOOL)));
    assertThat(flips.counts().get(Flip.Kind.VERDICT)).isEqualTo(Map.of("container", 1));
    assertThat(flips.sentence(english))
        .isEqualTo(
            "Samples measured repeatedly in an environment: 5, up to 3 times each; the verdict of 1 of"
                + " them changed, and 4 were not the same each time.");
  }

  @Test
  void whyIsToldByWhichRepetitionsSaidWhatAndHowBusyTheToolWas() {
    List<Flip> flips = Flips.of(MadeUpRepetitions.rows()).orElseThrow().flips();
    assertThat(flips.get(0).said(english))
        .isEqualTo(
            "executable in 1, 3 (overhead 210 ms); not executable: exit status: 1 in 2 (overhead"
                + " 4000 ms)");
    assertThat(flips.get(2).hits(english)).isEqualTo("Stays in 2 of 3");
    assertThat(flips.get(2).said(english)).isEqualTo("executable in 1, 2, 3 (overhead 210 ms)");
  }

  @Test
  void whatWasMeasuredOnceCannotFlip() {
    assertThat(Flips.of(List.of(MadeUp.row("container", "a").build()))).isEmpty();
  }

  @Test
  void aLoginSessionThatReachesOtherStagesFlips() {
    List<Result> rows = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      List<String> stages = i == 2 ? List.of("1") : List.of("1", "6b");
      rows.add(
          MadeUp.row("raspbian", "session")
              .infection(MadeUp.infection(stages))
              .repetition(i)
              .build());
    }
    Flips flips = Flips.of(rows).orElseThrow();
    assertThat(flips.flips())
        .singleElement()
        .extracting(Flip::kinds)
        .isEqualTo(Set.of(Flip.Kind.STAGES));
    assertThat(flips.flips().get(0).said(english))
        .startsWith("executable, stages 1 6b in 1, 3 (overhead")
        .contains("; executable, stages 1 in 2 (overhead");
  }

  /** What statistics are made of does not grow by measuring again. */
  @Test
  void theComparisonCountsASampleOnce() {
    List<Result> answers = Repetitions.answers(MadeUpRepetitions.rows());
    Figures figures = Comparison.of(answers).environments().get(0);
    assertThat(figures.samples()).isEqualTo(6);
    assertThat(figures.executable()).isEqualTo(5);
    assertThat(figures.notExecutable()).isEqualTo(1);
    assertThat(figures.threat().count()).isEqualTo(6);
  }
}
