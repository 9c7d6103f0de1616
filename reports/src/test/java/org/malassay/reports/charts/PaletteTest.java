package org.malassay.reports.charts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PaletteTest {
  /** Two figures of one run, one in the page and one in a paper, are in the same colors. */
  @Test
  void theColorsAreThoseOfThePageInItsLightForm() throws IOException {
    String css =
        Files.readString(Path.of("src/main/resources/org/malassay/reports/writing/report.css"));
    Map<String, String> page =
        Pattern.compile("--([a-z0-9]+): (#[0-9a-f]+);")
            .matcher(css.substring(css.indexOf(":root {"), css.indexOf('}')))
            .results()
            .collect(Collectors.toMap(it -> it.group(1), it -> it.group(2)));
    assertThat(Palette.named()).isNotEmpty();
    assertThat(page).containsAllEntriesOf(Palette.named());
  }

  @ParameterizedTest
  @CsvSource({
    "run, solid",
    "c3, c3",
    "d3, c3",
    "e5, e5",
    "zero, c7",
    "box step, head",
    "box question, head",
    "box run, run1",
    "box not, not",
    "box unsure, unsure"
  })
  void aRectangleIsFilledAsOnThePage(String style, String color) {
    assertThat(Palette.fill(style)).isEqualTo(Palette.color(color));
    assertThat(Palette.edge(style).isPresent()).isEqualTo(style.startsWith("box "));
  }

  @Test
  void aClassWithoutAColorIsNamed() {
    assertThatThrownBy(() -> Palette.fill("pink")).hasMessage("a chart has no color pink");
  }
}
