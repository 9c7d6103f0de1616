package org.malassay.reports.writing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.malassay.options.OptionException;
import org.malassay.options.Options;
import org.malassay.verdict.Cause;

class WordsTest {
  private static final Pattern PLACE = Pattern.compile("\\{\\d}");

  @Test
  void bothLanguagesHaveTheSameKeysAndPlaces() {
    Words english = Words.of("en");
    Words japanese = Words.of("ja");
    assertThat(new TreeSet<>(japanese.keys())).isEqualTo(new TreeSet<>(english.keys()));
    assertThat(english.keys())
        .allSatisfy(
            key ->
                assertThat(places(japanese.pattern(key)))
                    .as(key)
                    .isEqualTo(places(english.pattern(key))));
  }

  /** A key that the Japanese words lack would silently be English. */
  @Test
  void noJapaneseWordIsTheEnglishOne() {
    Words english = Words.of("en");
    Words japanese = Words.of("ja");
    assertThat(english.keys())
        .filteredOn(key -> english.pattern(key).equals(japanese.pattern(key)))
        .allSatisfy(key -> assertThat(english.pattern(key)).doesNotContainPattern("[a-z]{3}"));
  }

  @Test
  void everyCauseHasAName() {
    Words english = Words.of("en");
    for (Cause.Type cause : Cause.Type.values()) {
      assertThat(english.get("cause." + cause.name())).isEqualTo(cause.label());
    }
  }

  @Test
  void anEnvironmentWithADefenceOrAsAVariantKeepsItsNameAndForeignOnesAreShownAsTheyAre() {
    Words japanese = Words.of("ja");
    assertThat(japanese.environment("container (ARM kernel)")).isEqualTo("コンテナ環境 (ARM kernel)");
    assertThat(japanese.environment("raspbian+loginguard")).isEqualTo("ラズビアン環境+loginguard");
    assertThat(japanese.environment("box\u001b[31m")).isEqualTo("box\\x1b[31m");
  }

  @Test
  void aLanguageThatIsNotThereIsNamedWithThoseThatAre() {
    assertThatThrownBy(() -> Options.of(Map.of("lang", "fr")).get(Words.LANG))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("-Dlang=fr")
        .hasMessageContaining("en, ja");
  }

  private static Set<String> places(String pattern) {
    return PLACE
        .matcher(pattern)
        .results()
        .map(MatchResult::group)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
