package org.malassay.reports.interop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.malassay.score.RuleBook;

class TechniquesTest {
  @Test
  void eachTechniqueOfTheProjectsRulesHasAName() {
    Techniques techniques = Techniques.load();
    assertThat(RuleBook.own().rules())
        .flatExtracting(rule -> rule.techniques())
        .isNotEmpty()
        .allSatisfy(id -> assertThat(techniques.name(id)).as(id).isPresent());
    assertThat(techniques.name("T9999")).isEmpty();
  }
}
