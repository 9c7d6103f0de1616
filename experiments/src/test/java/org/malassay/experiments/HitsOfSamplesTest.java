package org.malassay.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.malassay.experiments.SampleSources.Recipe;
import org.malassay.score.Rule;
import org.malassay.score.RuleBook;

class HitsOfSamplesTest {
  private static final List<String> ENVIRONMENTS = List.of("container", "raspbian", "unikernel");

  /** Rules without a sample among the harmless ones, and why; each has a recording all the same. */
  private static final Map<String, String> WITHOUT_SAMPLE =
      Map.of(
          "Scans for Others",
          "what knocks at twenty addresses is a scanner, whatever it says to them");

  private static final List<Rule> RULES = RuleBook.own().rules();

  @Test
  void everyOtherRuleIsFulfilledByASampleThatFulfilsNoOtherOfAHighLevel() throws IOException {
    Set<String> grave =
        RULES.stream()
            .filter(rule -> rule.level().grave())
            .map(Rule::title)
            .collect(Collectors.toSet());
    Map<String, Set<String>> titles =
        HitsOfSamples.all().stream()
            .collect(
                Collectors.groupingBy(
                    HitsOfSamples::sample,
                    Collectors.mapping(HitsOfSamples::title, Collectors.toSet())));

    assertThat(RULES)
        .extracting(Rule::title)
        .filteredOn(
            title ->
                titles.values().stream()
                    .filter(its -> its.contains(title))
                    .noneMatch(
                        its ->
                            its.stream()
                                .allMatch(other -> other.equals(title) || !grave.contains(other))))
        .containsExactlyInAnyOrderElementsOf(WITHOUT_SAMPLE.keySet());
  }

  @Test
  void everyRowIsOfASampleAndOfARuleAndOfNoneTwice() throws Exception {
    List<HitsOfSamples> rows = HitsOfSamples.all();

    assertThat(SampleSources.recipes())
        .extracting(Recipe::sample)
        .containsAll(rows.stream().map(HitsOfSamples::sample).toList());
    assertThat(RULES)
        .extracting(Rule::title)
        .containsAll(rows.stream().map(HitsOfSamples::title).toList());
    assertThat(rows)
        .extracting(row -> row.sample() + " " + row.title())
        .doesNotHaveDuplicates()
        .isSorted();
  }

  @Test
  void whereAnEnvironmentDiffersTheRowSaysWhy() throws IOException {
    assertThat(HitsOfSamples.all())
        .allSatisfy(
            row -> {
              assertThat(row.exceptions()).isSubsetOf(ENVIRONMENTS);
              assertThat(row.notIn()).hasSizeLessThan(ENVIRONMENTS.size());
              assertThat(row.exceptions()).doesNotHaveDuplicates();
              assertThat(row.why().endsWith(".")).isEqualTo(!row.exceptions().isEmpty());
            });
  }
}
