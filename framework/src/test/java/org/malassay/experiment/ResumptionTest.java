package org.malassay.experiment;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.malassay.options.OptionException;
import org.malassay.run.Result;
import org.malassay.run.ResultFixture;
import org.malassay.run.RunHeader;
import org.malassay.run.Session;
import org.malassay.score.Impact;
import org.malassay.verdict.Verdict;

class ResumptionTest {
  private static Session session(String name, String value) {
    Map<String, String> options = new HashMap<>(Map.of("time.limit", "10s"));
    if (!value.isEmpty()) {
      options.put(name, value);
    }
    return new Session(Instant.EPOCH, options, Map.of(), Map.of(), Optional.empty());
  }

  private static Resumption resumption(String name, String before, String now) {
    return new Resumption(
        RunHeader.of("one", "Study.samples", session(name, before)), session(name, now), Set.of());
  }

  @ParameterizedTest
  @CsvSource({
    "lang, '', ja",
    "lang, en, ja",
    "cluster.distance, '', 40",
    "shard, 1/1, ''",
    "shard, '', 1/1",
    "repeat, '', 1",
    "repeat, '', 2",
    "repeat, 2, 3",
  })
  void whatMakesNoRowAnotherMayDiffer(String name, String before, String now) {
    assertThatCode(resumption(name, before, now)::refuseDifference).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({"shard, 1/2, 1/1", "shard, '', 1/2", "time.limit, 9s, 8s"})
  void whatMayMakeARowAnotherMayNot(String name, String before, String now) {
    assertThatThrownBy(resumption(name, before, now)::refuseDifference)
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("run one cannot be continued: option -D" + name + " was ");
  }

  private static void resume(Result row) {
    resumption("repeat", "", "").refuseOtherRules(List.of(row), "scores", "stages");
  }

  /** Stages by other rules would stand beside those to come. */
  @Test
  void stagesFoundByOtherRulesAreRefused() {
    assertThatThrownBy(() -> resume(ResultFixture.session("raspbian", "1f", "old", "6b")))
        .isInstanceOf(OptionException.class)
        .hasMessage(
            "run one cannot be continued: stages of its login sessions were found by other rules"
                + " (old, now stages); continue it with the version that began it, or start a new run"
                + " without -Dresume");
    assertThatCode(() -> resume(ResultFixture.session("raspbian", "1f", "stages", "6b")))
        .doesNotThrowAnyException();
  }

  @Test
  void scoresByOtherRulesAreRefused() {
    Result row = ResultFixture.result("raspbian", "1f", Verdict.executable(), 0);
    assertThatCode(() -> resume(row)).doesNotThrowAnyException(); // of an earlier version
    Impact impact =
        new Impact(
            Impact.Status.NOTHING_SEEN, "", 0, Map.of(), List.of(), List.of(), "other rules");
    assertThatThrownBy(() -> resume(row.withImpact(impact)))
        .isInstanceOf(OptionException.class)
        .hasMessage(
            "run one cannot be continued: rows are scored by other rules (other rules, now scores);"
                + " score them anew by -Dremake=RUN, which leaves those whose events are gone, or start a"
                + " new run without -Dresume");
  }

  @Test
  void fewerRepetitionsAreRefused() {
    String message =
        "run one cannot be continued: -Drepeat was 3 and is now %d; say -Drepeat=3, or more, or"
            + " start a new run without -Dresume";
    assertThatThrownBy(resumption("repeat", "3", "2")::refuseDifference)
        .isInstanceOf(OptionException.class)
        .hasMessage(message, 2);
    assertThatThrownBy(resumption("repeat", "3", "")::refuseDifference).hasMessage(message, 1);
  }
}
