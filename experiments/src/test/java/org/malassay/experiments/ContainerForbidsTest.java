package org.malassay.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** What {@code KernelsJobIT} holds against real guests is what a reader is told. */
class ContainerForbidsTest {
  private static final String HEAD =
      "| sample | in a container on an ARM kernel | in a Raspberry Pi guest | because |\n|---|---|---|---|\n";

  @Test
  void theReadmeOfTheEnvironmentsHasTheWholeTableAndNothingElseInIt() throws IOException {
    String readme = Files.readString(SampleSources.ROOT.resolve("environments/README.md"));
    assertThat(readme).containsOnlyOnce(HEAD);
    String rest = readme.substring(readme.indexOf(HEAD) + HEAD.length());
    assertThat(rest.lines().takeWhile(line -> line.startsWith("|")))
        .containsExactlyElementsOf(
            ContainerForbids.table().stream().map(ContainerForbids::line).toList());
  }

  @Test
  void eachRowIsADifferenceWithItsReason() throws IOException {
    assertThat(ContainerForbids.table())
        .isNotEmpty()
        .allSatisfy(
            row -> {
              assertThat(row.container()).isNotEqualTo(row.raspbian());
              assertThat(row.why()).endsWith(".");
            })
        .extracting(ContainerForbids::sample)
        .doesNotHaveDuplicates();
  }
}
