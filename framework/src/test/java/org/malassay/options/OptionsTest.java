package org.malassay.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {
  private static final Option<Duration> LIMIT =
      Option.of("time.limit", "DURATION", "10s", "how long", Values::duration);
  private static final Option<Integer> GUESTS =
      Option.optional("guests", "COUNT", "how many", Values::count);

  @Test
  void aGivenValueCountsBeforeTheDefault() {
    assertThat(Options.of(Map.of()).get(LIMIT)).isEqualTo(Duration.ofSeconds(10));
    assertThat(Options.of(Map.of("time.limit", "500ms")).get(LIMIT))
        .isEqualTo(Duration.ofMillis(500));
  }

  @Test
  void theCommandLineCountsBeforeTheExperiment() {
    Options options =
        Options.of(Map.of("time.limit", "1s")).over(Map.of("time.limit", "2s", "guests", "3"));
    assertThat(options.get(LIMIT)).isEqualTo(Duration.ofSeconds(1));
    assertThat(options.find(GUESTS)).contains(3);
  }

  @Test
  void anOptionWithoutDefaultMayBeAbsent() {
    assertThat(Options.of(Map.of()).find(GUESTS)).isEmpty();
    assertThatThrownBy(() -> Options.of(Map.of()).get(GUESTS))
        .isInstanceOf(OptionException.class)
        .hasMessage("-Dguests is missing");
  }

  @Test
  void anErrorNamesTheOptionTheValueAndWhatWouldDo() {
    assertThatThrownBy(() -> Options.of(Map.of("time.limit", "10")).get(LIMIT))
        .isInstanceOf(OptionException.class)
        .hasMessage(
            "-Dtime.limit=10: not a duration such as 500ms, 10s, 2m or 1h (-Dtime.limit=DURATION:"
                + " how long)");
  }

  @Test
  void listsWhatIsInForce() {
    assertThat(Options.of(Map.of("guests", "2", "other", "x")).inForce(List.of(LIMIT, GUESTS)))
        .containsExactly(Map.entry("guests", "2"), Map.entry("time.limit", "10s"));
    assertThat(Options.of(Map.of()).inForce(List.of(LIMIT, GUESTS))).containsOnlyKeys("time.limit");
  }

  static Stream<Arguments> wordsOfAShell() {
    return Stream.of(
        arguments("", List.of()),
        arguments("  ", List.of()),
        arguments("-a", List.of("-a")),
        arguments(" a  b\tc\n", List.of("a", "b", "c")),
        arguments("'a b' \"c d\"", List.of("a b", "c d")),
        arguments("a'b 'c\" d\"e", List.of("ab c de")),
        arguments("'' \"\"", List.of("", "")),
        arguments("a\\ b \\'", List.of("a b", "'")),
        arguments("\"a\\\"b\\\\c\\d\" '\\'", List.of("a\"b\\c\\d", "\\")),
        arguments("$HOME * `x` # ;", List.of("$HOME", "*", "`x`", "#", ";")),
        arguments("\u00e9 \u2003", List.of("\u00e9", "\u2003")));
  }

  @ParameterizedTest
  @MethodSource("wordsOfAShell")
  void wordsAreSplitAsAShellDoes(String text, List<String> words) {
    assertThat(Values.words(text)).isEqualTo(words);
  }

  @ParameterizedTest
  @ValueSource(strings = {"'a", "a \"b", "a\\", "\"a\\\"", "a\0b"})
  void refusesWhatIsNoListOfWords(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Values.words(text));
  }

  @Test
  void wordsThatNoGuestTakesAreRefusedAndManyAreSplit() {
    assertThat(Values.words("\"" + "\\\"".repeat(1900) + "\"")).hasSize(1);
    assertThat(Values.words("a ".repeat(2000))).hasSize(2000);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Values.words("a".repeat(4001)))
        .withMessage("longer than 4000 bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "10", "s", "-1s", "0s", "1d", "1.5s", "99999999999s"})
  void refusesWhatIsNoDuration(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Values.duration(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "k", "-1", "0", "0m", "1t", "1.5m", "99999999999"})
  void refusesWhatIsNoSize(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Values.size(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "-1", "1.5", "x", "99999999999"})
  void refusesWhatIsNoCount(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Values.count(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "NaN", "Infinity", "x"})
  void refusesWhatIsNoNumber(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Values.number(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "0.0", "-1", "NaN", "x"})
  void refusesWhatIsNoShare(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Values.share(text));
    assertThat(Values.share("0.5")).isEqualTo(0.5);
  }

  @Test
  void aPathMayHaveCommasWhereThereIsSuchAFile(@TempDir Path folder) throws IOException {
    Path file = Files.createFile(folder.resolve("a,b"));
    assertThat(Values.paths(file.toString())).containsExactly(file);
    assertThat(Values.paths(folder + "," + file.resolveSibling("c")))
        .containsExactly(folder, folder.resolve("c"));
    assertThatIllegalArgumentException().isThrownBy(() -> Values.paths(","));
  }

  @Test
  void readsSizesNamesAndPaths() {
    assertThat(Values.size("64k")).isEqualTo(65536);
    assertThat(Values.size("1G")).isEqualTo(1 << 30);
    assertThat(Values.size("7")).isEqualTo(7);
    assertThat(Values.names("a, b,,c")).containsExactly("a", "b", "c");
    assertThatIllegalArgumentException().isThrownBy(() -> Values.names(" , "));
    assertThat(Values.path("/a/b")).isEqualTo(Path.of("/a/b"));
    assertThat(Values.path("x")).isAbsolute();
    assertThatIllegalArgumentException().isThrownBy(() -> Values.path(" "));
  }

  @ParameterizedTest
  @CsvSource({
    "time.limt, true",
    "time.limit.s, true",
    "tmie.limit, true",
    "timelimit, true",
    "time.zone, false",
    "max.threats, false",
    "ot, true",
    "output, false",
    "in, false",
  })
  void aNameNearAnOptionsIsRefusedAndNoOther(String name, boolean refused) {
    List<Option<?>> known =
        List.of(
            Option.optional("time.limit", "", "", text -> text),
            Option.optional("out", "", "", text -> text));
    Options options = Options.of(Map.of(name, "1", "time.limit", "3s"));
    if (refused) {
      assertThatThrownBy(() -> options.refuseMisspelt(known))
          .isInstanceOf(OptionException.class)
          .hasMessageContaining("-D" + name + ": there is no such option; did you mean -D");
    } else {
      assertThatCode(() -> options.refuseMisspelt(known)).doesNotThrowAnyException();
    }
  }
}
