package org.malassay.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.malassay.score.Rules.book;
import static org.malassay.score.Rules.rule;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules that are wrong are errors; rules that ask too much are told, and never silently false. */
class RuleReaderTest {
  private static final String SYSCALL = "category: syscall";
  private static final String SELECTION = "selection:\n    name: kill\ncondition: selection";

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "    name: kill; detection.condition: it needs",
        "selection; detection.selection: a search identifier is a map",
        "selection: []; detection.selection: a search identifier is a map",
        "selection: {}; detection.selection: it names no field",
        "selection: {name|contians: x}; there is no modifier contians; there is: all, cased, cidr",
        "selection: {name: []}; detection.selection.name: it has no value",
        "selection: {name: {a: b}}; detection.selection.name: a value is a text or a number",
        "selection: {name|re: '('}; detection.selection.name|re: ( is no regular expression",
        "selection: {name|cidr: example.org}; example.org is no block of addresses",
        "selection: {name|cidr: 10.0.0.0/33}; is no block of addresses, such as 10.0.0.0/8",
        "selection: {name|exists: maybe}; true or false",
        "selection: {ret|gt: many}; many is no number",
      })
  void aWrongDetectionIsToldWithFileRuleAndField(String selection, String message) {
    String detection =
        selection.startsWith("selection:")
            ? selection + "\ncondition: selection"
            : "selection: text\ncondition: selection";
    String expected =
        selection.startsWith("selection:")
            ? message
            : "detection.selection: a search identifier is a map";

    assertThatThrownBy(() -> book(rule(SYSCALL, detection)))
        .isInstanceOf(RuleException.class)
        .hasMessageContaining("test.yml, rule 5a1bd0b4-4d6e-4b63-9a7e-1d6e9a3cf001: ")
        .hasMessageContaining(expected.replaceFirst("; there is: .*", ""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "selection and; it ends too early",
        "selection or (selection; a parenthesis is not closed",
        "selection selection; \"selection\" is too much",
        "other; there is no search identifier other, but selection",
        "1 of other*; no search identifier is called other*",
        "2 of them; neither \"1 of\" nor \"all of\"",
        "1 of; it ends too early",
      })
  void aWrongConditionIsToldWithWhatIsAllowed(String condition, String message) {
    assertThatThrownBy(
            () ->
                book(
                    rule(
                        SYSCALL,
                        SELECTION.replace("condition: selection", "condition: " + condition))))
        .hasMessageContaining("rule 5a1bd0b4-4d6e-4b63-9a7e-1d6e9a3cf001: detection.condition: ")
        .hasMessageContaining(message)
        .hasMessageContaining("a condition is made of names");
  }

  @Test
  void aConditionThatIsNestedTooDeepIsAnError() {
    String deep = "(".repeat(10_000) + "selection" + ")".repeat(10_000);

    assertThatThrownBy(
            () ->
                book(
                    rule(
                        SYSCALL,
                        SELECTION.replace("condition: selection", "condition: '" + deep + "'"))))
        .hasMessageContaining("nested more than 50 deep");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "level: grave; level: there is no level grave; there is: informational, low, medium",
        "malassay: x; malassay: it is a map of dimension, severity, confidence, attempt, was",
        "malassay: {dimensoin: user}; malassay.dimensoin: there is: dimension, severity",
        "malassay: {dimension: neighbor}; no dimension neighbor; there is: environment, service",
        "malassay: {confidence: 2}; malassay.confidence: a number from 0 to 1, not 2",
        "malassay: {attempt: often}; malassay.attempt: a number from 0 to 1, not often",
        "malassay: {severity: 4}; malassay.severity: it is 4, but that of level high is 3",
      })
  void whatIsWrongBesideTheDetectionIsTold(String line, String message) {
    String rule = rule(SYSCALL, SELECTION);
    String wrong =
        line.startsWith("level") ? rule.replace("level: high", line) : rule + line + "\n";
    int end = message.indexOf(';');

    assertThatThrownBy(() -> book(wrong))
        .hasMessageContaining("test.yml, rule 5a1bd0b4-4d6e-4b63-9a7e-1d6e9a3cf001: ")
        .hasMessageContaining(end < 0 ? message : message.substring(0, end));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a: [", "a: 1\na: 2", "- a", "just text", "title: x\n\tb: c", "\u0000", "{}"})
  void whatIsNoRuleIsAnErrorThatNamesTheFile(String text) {
    assertThatThrownBy(() -> book(text))
        .isInstanceOf(RuleException.class)
        .hasMessageStartingWith("test.yml");
  }

  @Test
  void aFileThatGrowsWhenItIsReadIsAnError() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x]\n");
    for (int i = 1; i < 40; i++) {
      bomb.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    assertThatThrownBy(() -> book(bomb.toString())).isInstanceOf(RuleException.class);
    assertThatThrownBy(() -> book("a: " + "[".repeat(100_000))).isInstanceOf(RuleException.class);
  }

  @Test
  void twoRulesOfOneIdAreAnError() {
    String rule = rule(SYSCALL, SELECTION);

    assertThatThrownBy(() -> book(rule + "---\n" + rule))
        .hasMessageContaining("id: the same file has a rule of this id");
  }

  /** Rules that are right, and that nobody here can evaluate: why each. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "category: process_creation; User: root; nobody tells User of process_creation",
        "service: sshd; User: root; nobody records service sshd; there is: category process_creation",
        "category: dns_query; QueryName: x; nobody records category dns_query",
        "service: auditd; type: SERVICE_STOP; nobody tells SERVICE_STOP of auditd",
        "category: process_creation; CommandLine|base64: x; the modifier base64",
        "category: process_creation; CommandLine|windash|contains: x; the modifier windash",
        "category: syscall; a0|fieldref: nobody; nobody tells nobody of syscall",
      })
  void whatCannotBeEvaluatedIsToldWithWhy(String source, String field, String why) {
    RuleBook book = book(rule(source, "selection:\n    %s\ncondition: selection".formatted(field)));

    assertThat(book.rules()).isEmpty();
    assertThat(book.unevaluated())
        .singleElement()
        .satisfies(
            rule -> {
              assertThat(rule.why()).contains(why);
              assertThat(rule.file()).isEqualTo("test.yml");
            });
    assertThat(book.inWords()).isEqualTo("0 rules, 1 more not evaluated");
  }

  @Test
  void whatIsForAnotherSystemOrCountsInItsConditionIsNotEvaluated() {
    assertThat(book(rule(SYSCALL, SELECTION).replace("linux", "windows")).unevaluated())
        .singleElement()
        .extracting(RuleBook.Unevaluated::why)
        .isEqualTo("logsource.product: it is for windows");
    assertThat(book(rule(SYSCALL, SELECTION + " | count() > 5")).unevaluated())
        .singleElement()
        .extracting(RuleBook.Unevaluated::why)
        .asString()
        .contains("aggregation");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "type: value_sum, rules: [x], timespan: 1s, condition: {gte: 1}; value_sum is not evaluated",
        "type: event_count, rules: [x], timespan: 1s, condition: {lt: 1}; only gt and gte",
        "type: event_count, rules: [x], group-by: [User], timespan: 1s, condition: {gte: 1}; User",
      })
  void aCorrelationThatAsksTooMuchIsNotEvaluated(String correlation, String why) {
    RuleBook book = book(correlated(correlation));

    assertThat(book.unevaluated()).singleElement().asString().contains(why);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "type: event_number, rules: [x]; correlation.type: there is no type \"event_number\"",
        "type: event_count, rules: []; correlation.rules: it names none",
        "type: event_count, rules: [y]; correlation.rules: there is no rule with the id or name y",
        "type: event_count, rules: [x], timespan: 1w, condition: {gte: 1}; timespan: \"1w\"",
        "type: event_count, rules: [x], timespan: 1s; correlation.condition: it needs gte or gt",
        "type: event_count, rules: [x], timespan: 1s, condition: {gte: 0}; it needs gte or gt",
      })
  void aWrongCorrelationIsAnError(String correlation, String message) {
    assertThatThrownBy(() -> book(correlated(correlation)))
        .hasMessageContaining("test.yml, rule Together: correlation.")
        .hasMessageContaining(message);
  }

  private static String correlated(String correlation) {
    return rule(SYSCALL, SELECTION)
        + "name: x\n---\ntitle: Together\ncorrelation: {%s}\n".formatted(correlation);
  }

  @Test
  void aFolderAddsItsRulesToOurs(@TempDir Path folder) throws Exception {
    Files.createDirectories(folder.resolve("linux/deep"));
    Files.writeString(
        folder.resolve("linux/deep/a.yml"), rule(SYSCALL, SELECTION) + "author: Me\n");
    Files.writeString(folder.resolve("README.md"), "no rule");

    RuleBook own = RuleBook.own();
    RuleBook both = RuleBook.load(Optional.of(folder));

    assertThat(both.rules()).hasSize(own.rules().size() + 1);
    assertThat(both.digest()).isNotEqualTo(own.digest());
    assertThat(Rules.hits(both, java.util.List.of(Rules.call(0, "kill", java.util.List.of(), ""))))
        .singleElement()
        .satisfies(
            hit -> {
              assertThat(hit.author()).contains("Me");
              assertThat(hit.dimensions()).containsExactly(Dimension.ENVIRONMENT);
            });
  }

  @Test
  void aFolderWithoutRulesIsAnError(@TempDir Path folder) {
    assertThatThrownBy(() -> RuleBook.load(Optional.of(folder)))
        .hasMessage(folder + ": there is no file *.yml or *.yaml in this folder");
    assertThatThrownBy(() -> RuleBook.load(Optional.of(folder.resolve("absent"))))
        .hasMessage(folder.resolve("absent") + ": this is no folder that can be read");
  }
}
