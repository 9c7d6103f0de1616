package org.malassay.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.malassay.score.Rule;
import org.malassay.score.RuleBook;

class HitsOfSamplesTest {
  /**
   * Rules without a sample among the harmless ones; each has a recording of busybox at such a work.
   */
  private static final Set<String> WITHOUT_SAMPLE =
      Set.of(
          "Cannot Be Ended for Want of Memory",
          "Destroys by a Program of the Device",
          "Fetches by a Program of the Device",
          "Gives a Program the Rights of Its Owner",
          "Guesses Passwords",
          "Makes a Hidden Program",
          "Reads Keys or the Memory of a Shell",
          "Reads the Passwords",
          "Scans for Others",
          "Sends Mail",
          "Sends What Looks Like an Exploit",
          "Stays by a Rule for Devices or Networks",
          "Stops a Service by Its Program",
          "Takes the Port of a Service",
          "Writes into a Folder of Programs");

  @Test
  void everyOtherRuleIsFulfilledByASample() throws IOException {
    Set<String> rules = new TreeSet<>();
    RuleBook.own().rules().stream().map(Rule::title).forEach(rules::add);
    Set<String> shown = new TreeSet<>(WITHOUT_SAMPLE);
    HitsOfSamples.all().forEach(row -> shown.addAll(row.titles()));

    assertThat(shown).isEqualTo(rules);
  }
}
