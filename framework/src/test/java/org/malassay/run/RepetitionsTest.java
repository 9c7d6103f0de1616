package org.malassay.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.malassay.run.ResultFixture.result;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.malassay.score.Dimension;
import org.malassay.score.Impact;
import org.malassay.verdict.Cause;
import org.malassay.verdict.Verdict;

class RepetitionsTest {

  /** Words: a number runs with that impact, e runs unobserved, other letters are causes. */
  @ParameterizedTest
  @CsvSource({
    "1 5 3, EXECUTABLE, 3", // the median
    "1 5 3 4, EXECUTABLE, 3", // of an even number the lower one
    "3 3 3, EXECUTABLE, 3",
    "e 2 4, EXECUTABLE, 2", // unobserved is below all
    "1 s 5, EXECUTABLE, 1", // only those with the verdict of most have a median
    "s 1 a, NOT_EXECUTABLE, s", // equally frequent causes: the first
    "s a a, NOT_EXECUTABLE, a",
    "1 s, INCONCLUSIVE, it runs in 1 of 2",
    "1 s g, INCONCLUSIVE, it runs in 1 of 3",
    "g g 4, EXECUTABLE, 4",
    "g g, INCONCLUSIVE, g",
  })
  void theAnswerIsThatOfMost(String measured, String outcome, String told) {
    String[] words = measured.split(" ");
    List<Result> rows =
        IntStream.range(0, words.length).mapToObj(i -> row(words[i], i + 1)).toList();
    assertThat(Repetitions.answers(rows))
        .singleElement()
        .satisfies(
            answer -> {
              assertThat(answer.verdict().outcome()).hasToString(outcome);
              assertThat(told(answer)).isEqualTo(told);
            });
  }

  private static String told(Result answer) {
    return answer
        .verdict()
        .cause()
        .map(Cause::detail)
        .orElseGet(() -> "%.0f".formatted(answer.impactScore().orElse(-1)));
  }

  private static Result row(String word, int repetition) {
    Verdict verdict =
        switch (word) {
          case "g" -> Verdict.inconclusive(new Cause(Cause.Type.GUEST_FAILED, word));
          case "s", "a" -> Verdict.notExecutable(new Cause(Cause.Type.SIGNAL, word));
          default -> Verdict.executable();
        };
    Result row = result("env", "aa", verdict, 0, repetition);
    return word.matches("\\d")
        ? row.withImpact(
            new Impact(
                Impact.Status.SEEN,
                "",
                0,
                Map.of(Dimension.USER, Double.valueOf(word)),
                List.of(),
                List.of(),
                "rules"))
        : row;
  }
}
