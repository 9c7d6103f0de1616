package org.malassay.reports.latex;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.malassay.reports.MadeUp;

class TexTest {
  private static final Tex ENGLISH = new Tex("en");
  private static final Tex JAPANESE = new Tex("ja");

  @SuppressWarnings("unused") // by the test below
  static final Iterable<String> NAMES = MadeUp.HOSTILE_NAMES;

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '@',
      value = {
        "\\input{/etc/passwd}; \\textbackslash{}input\\{/etc/passwd\\}",
        "\\write18{id}; \\textbackslash{}write18\\{id\\}",
        "$x_1^2$; \\$x\\_1\\textasciicircum{}2\\$",
        "a & b \\\\; a \\& b \\textbackslash{}\\textbackslash{}",
        "100 % #1 ~; 100 \\% \\#1 \\textasciitilde{}",
        "^^5cinput; \\textasciicircum{}\\textasciicircum{}5cinput",
        "a--b; a-{}-b",
        "''``; '{}'\\`{}\\`{}",
        "<a|\"b\">; \\textless{}a\\textbar{}{\\ttfamily\\char34}b{\\ttfamily\\char34}\\textgreater{}",
        "[x]*; {[}x{]}{*}",
        "a   b; a \\ \\ b",
        "é 検 😀; \\textbackslash{}xe9 \\textbackslash{}u691c \\textbackslash{}U0001f600",
        "5–7 ≤ δ; 5\\textendash{}7 \\ensuremath{\\leq} \\ensuremath{\\delta}",
        "a\u202eb; a\\textbackslash{}u202eb"
      })
  void eachSignIsShownAndNoneMeansAnything(String hostile, String tex) {
    assertThat(ENGLISH.text(hostile)).isEqualTo(tex);
  }

  @Test
  void aJapaneseDocumentHasSignsForJapaneseAndNoOthers() {
    assertThat(JAPANESE.text("検体（カナ）ー。é😀"))
        .isEqualTo("検体（カナ）ー。\\textbackslash{}xe9\\textbackslash{}U0001f600");
  }

  @Test
  void whatIsLongMayBreakWhereverItStandsAndNothingElseIsChanged() {
    assertThat(ENGLISH.breaking("0123456789abc de_f, g"))
        .isEqualTo("0123456789ab\\allowbreak{}c de\\_\\allowbreak{}f, g");
    assertThat(ENGLISH.breaking("\\".repeat(13)))
        .isEqualTo("\\textbackslash{}".repeat(12) + "\\allowbreak{}" + "\\textbackslash{}");
  }

  /** All that is left of a hostile name besides these commands means itself. */
  @ParameterizedTest
  @FieldSource("NAMES")
  void ofAHostileNameNoCommandIsLeftThatWeDidNotWrite(String name) {
    assertThat(
            ENGLISH
                .breaking(name)
                .replaceAll(
                    "\\\\(textbackslash|textasciicircum|textasciitilde|textbar|textless|textgreater"
                        + "|ldots|textendash|allowbreak|`)\\{}",
                    "")
                .replaceAll("\\{\\\\ttfamily\\\\char34}|\\{[\\[\\]*]}|\\{}", "")
                .replaceAll("\\\\[{}$&#%_ ]", ""))
        .doesNotContainPattern("[\\\\{}$&#%_^~]|[^ -~]");
  }
}
