package org.malassay.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.malassay.experiment.ExperimentFixture.failures;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.Events;
import org.malassay.report.Rescoring;
import org.malassay.run.Result;
import org.malassay.score.Dimension;
import org.malassay.score.Hit;
import org.malassay.score.Impact;
import org.malassay.score.RuleBook;
import org.malassay.score.RuleOptions;

/** What samples did is scored by rules, and gates hold against the score and what it is made of. */
class ImpactTest extends ExperimentFixture {
  private static final String CRON = "Stays by cron";
  private final FakeEnvironment observing =
      new FakeEnvironment("fake", Map.of("observes", "calls,processes,network"));

  @BeforeEach
  void addSamples() throws IOException {
    sample("e-stays", "opens /etc/cron.d/x");
    sample("f-harmless", "opens /tmp/x");
  }

  private Events go(UnaryOperator<Experiment> settings) {
    return execute(settings.apply(experiment()).with(List.of(observing), List.of()));
  }

  private Map<String, Result> rows() throws IOException {
    return results().stream().collect(Collectors.toMap(Result::sample, row -> row));
  }

  private Impact impact(String sample) throws IOException {
    return rows().get(sample).impact().orElseThrow();
  }

  @Test
  void aRowHasItsScoreAndWhatItIsMadeOf() throws IOException {
    go(it -> it);

    assertThat(impact("e-stays").score()).hasValue(3.2);
    assertThat(impact("e-stays").score(Dimension.USER)).hasValue(0);
    assertThat(impact("e-stays").hits())
        .singleElement()
        .satisfies(
            hit -> {
              assertThat(hit.title()).isEqualTo(CRON);
              assertThat(hit.at().toMillis()).isEqualTo(7);
              assertThat(hit.process()).hasValue(2);
              assertThat(hit.event()).startsWith("open(\"/etc/cron.d/x\"");
              assertThat(hit.forgeable()).as("told by a tracer").isTrue();
            });
    assertThat(impact("f-harmless").status()).isEqualTo(Impact.Status.NOTHING_SEEN);
    assertThat(impact("b-fails").status()).isEqualTo(Impact.Status.NOT_EXECUTABLE);
    assertThat(impact("b-fails").score()).hasValue(0);
    assertThat(console())
        .contains("impact 3.2 serious: Stays by cron")
        .containsPattern("mean threat +mean impact")
        .containsPattern("fake +6 .* 0\\.8 \\(4\\) +\\d+\n|fake +6 .*\\(\\d\\) ");
  }

  @Test
  void whatIsNotRecordedIsNotObserved() throws IOException {
    go(it -> it.option(RunOptions.RECORD, "none"));

    assertThat(impact("e-stays").status()).isEqualTo(Impact.Status.NOT_OBSERVED);
    assertThat(rows().get("e-stays").impactScore()).isEmpty();
  }

  @Test
  void aGuestThatWentDownAndAServiceThatIsGoneAreMeasured() throws IOException {
    sample("g-panics", "panics");
    sample("h-defaces", "defaces x");
    go(it -> it);

    assertThat(impact("g-panics").score(Dimension.SERVICE)).hasValue(10);
    assertThat(impact("g-panics").score(Dimension.ENVIRONMENT)).hasValue(7);
    assertThat(impact("h-defaces").score(Dimension.SERVICE)).hasValue(7);
    assertThat(impact("h-defaces").gravest()).contains("the web service shows another page");
  }

  @Test
  void aScoreThatIsTooHighFails() {
    Events events = go(it -> it.option(RunOptions.MAX_IMPACT, "3"));

    assertThat(failures(events)).hasSize(1);
    assertThat(onlyFailure(events)).contains("impact score 3.2 is higher than -Dmax.impact=3.0");
    assertThat(failures(go(it -> it.option(RunOptions.MAX_IMPACT, "3.2")))).isEmpty();
  }

  @Test
  void aGateThatHasNoScoreToJudgeSaysSo() {
    go(it -> it.option(RunOptions.MAX_IMPACT, "3").option(RunOptions.RECORD, "none"));

    assertThat(console())
        .contains("-Dmax.impact=3.0 says nothing of samples that run and have no score: 4");
  }

  @Test
  void aScoreThatRoseSinceTheBaselineFails() throws IOException {
    go(it -> it.option(RuleOptions.RULES, rules("title: Never\n", "name: never").toString()));
    Result before = rows().get("f-harmless");
    String baseline = before.run();
    Events events =
        go(
            it ->
                it.option(RunOptions.BASELINE, baseline)
                    .option(RuleOptions.RULES, rules("title: Opens\n", "path: /tmp/x").toString()));

    assertThat(onlyFailure(events))
        .contains("impact score rose from 0.0 to 0.8 since run " + baseline);
  }

  /** A rule of a user's own, in a folder of its own. */
  private Path rules(String title, String selection) {
    try {
      Path folder = Files.createTempDirectory(this.folder, "rules");
      Files.writeString(
          folder.resolve("a.yml"),
          title
              + """
              author: Somebody Else
              logsource: {product: linux, category: syscall}
              detection:
                  selection: {%s}
                  condition: selection
              level: medium
              """
                  .formatted(selection));
      return folder;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aFolderOfRulesAddsItsHitsWithTheirAuthor() throws IOException {
    go(it -> it.option(RuleOptions.RULES, rules("title: Opens\n", "path: /tmp/x").toString()));

    assertThat(impact("f-harmless").hits())
        .singleElement()
        .satisfies(hit -> assertThat(hit.author()).contains("Somebody Else"));
    assertThat(impact("e-stays").hits()).extracting(Hit::title).containsExactly(CRON);
  }

  /** By such a name a sample could evade a rule without anybody knowing. */
  @Test
  void comparisonsThatWereGivenUpAreSaidOfTheSampleAndOfTheRun() throws IOException {
    sample("g-pads", "opens /tmp/" + "a".repeat(3000) + "b");
    go(
        it ->
            it.option(
                RuleOptions.RULES, rules("title: Opens\n", "path|re: '^/tmp/(a+)+$'").toString()));

    assertThat(impact("g-pads").givenUp()).isEqualTo(1);
    assertThat(impact("f-harmless").givenUp()).isZero();
    assertThat(console())
        .contains("impact 0.0 none (1 comparison given up)")
        .contains("comparisons of rules with hostile text given up: 1,");

    Path journal = latest().path().resolve("journal.jsonl");
    Files.writeString(journal, Files.readString(journal).replaceAll("\"givenUp\":\\d+,?", ""));
    assertThat(impact("g-pads").givenUp()).as("of a run before they were counted").isZero();
  }

  @Test
  void aWrongRuleEndsTheRunBeforeItBegins() {
    Path rules = rules("title: Opens\nid: 7\n", "path|contans: /tmp/x");
    Events events = go(it -> it.option(RuleOptions.RULES, rules.toString()));

    assertThat(onlyFailure(events))
        .contains(
            "-Drules: " + rules.resolve("a.yml") + ", rule 7: detection.selection.path|contans")
        .contains("there is no modifier contans; there is: all, cased, cidr, contains");
  }

  private Path expectations(String rows) throws IOException {
    return Files.writeString(folder.resolve("expected.csv"), "sample,verdict,hits\n" + rows);
  }

  @Test
  void hitsAreExpectedByTheTitlesOfTheirRules() throws IOException {
    Path right = expectations("e-stays,EXECUTABLE,Stays by cron\nf-harmless,EXECUTABLE,none\n");

    assertThat(failures(go(it -> it.expecting(right)))).isEmpty();
  }

  @Test
  void aHitThatIsMissingAndOneThatIsTooMuchBreakAnExpectation() throws IOException {
    Path wrong = expectations("e-stays,EXECUTABLE,none\nf-harmless,EXECUTABLE,Scans for Others\n");
    Events events = go(it -> it.expecting(wrong));

    assertThat(onlyFailure(events))
        .contains(
            "hits of a high level that were not expected: Stays by cron, by expected.csv",
            "expected hits that are missing: Scans for Others, by expected.csv");
    assertThat(failures(go(it -> it.expecting(wrong).option(RunOptions.RECORD, "none"))))
        .as("nobody can say that something is missing that nobody recorded")
        .isEmpty();
  }

  @Test
  void aRunIsScoredAnewByOtherRules() throws IOException {
    go(it -> it);
    Path folder = rules("title: Opens\n", "path: /tmp/x");
    RuleBook more = RuleBook.load(Optional.of(folder));

    assertThat(rescored(RuleBook.own())).as("the same rules").isEmpty();
    assertThat(rescored(more))
        .hasValueSatisfying(it -> assertThat(it).startsWith("6 rows scored by "));
    assertThat(impact("f-harmless").hits()).extracting(Hit::title).containsExactly("Opens");
    assertThat(impact("e-stays").hits()).extracting(Hit::title).containsExactly(CRON);
    assertThat(impact("b-fails").status()).isEqualTo(Impact.Status.NOT_EXECUTABLE);
    assertThat(rescored(more)).isEmpty();
  }

  @Test
  void whatHasNoEventsAnyMoreKeepsItsScore() throws IOException {
    go(it -> it);
    Result row = rows().get("e-stays");
    Files.delete(latest().path().resolve(row.evidence()).resolve("behavior.jsonl.gz"));

    assertThat(rescored(RuleBook.load(Optional.of(rules("title: Opens\n", "path: /tmp/x")))))
        .hasValueSatisfying(
            it ->
                assertThat(it)
                    .contains("5 rows scored", "1 left as they were: their events are gone"));
    assertThat(impact("e-stays").hits()).extracting(Hit::title).containsExactly(CRON);
  }

  private Optional<String> rescored(RuleBook rules) throws IOException {
    return Rescoring.of(latest(), latest().journaled().results(), rules);
  }
}
