package org.malassay.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * README.ja.md says in Japanese what README.md says: the same sections, commands, options, tables,
 * pictures and links, in the same order. Whoever changes one of them changes both.
 */
class ReadmesTest {
  private static final Path ROOT = Path.of(System.getProperty("malassay.root"));
  private static final Pattern FENCE = Pattern.compile("(?ms)^```.*?^```$");
  private static final Pattern INDENTED = Pattern.compile("(?m)^    .*$");
  private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");
  private static final Pattern LINK = Pattern.compile("]\\(([^)]+)\\)");

  /** A comment behind a command, which is said in each language. */
  private static final String COMMENT = "( +# | {2,}).*$";

  private static String english = "";
  private static String japanese = "";

  @BeforeAll
  static void read() throws IOException {
    english = Files.readString(ROOT.resolve("README.md"));
    japanese = Files.readString(ROOT.resolve("README.ja.md"));
  }

  @Test
  void eachLeadsToTheOther() {
    assertThat(english).contains("](README.ja.md)");
    assertThat(japanese).contains("](README.md)");
  }

  @Test
  void sectionsAreTheSame() {
    assertThat(marks(japanese, "^#+ ")).isEqualTo(marks(english, "^#+ ")).hasSizeGreaterThan(8);
  }

  /** The beginnings of the lines that begin so, outside of code. */
  private static List<String> marks(String text, String beginning) {
    Pattern pattern = Pattern.compile("(?m)" + beginning);
    return pattern.matcher(withoutBlocks(text)).results().map(it -> it.group()).toList();
  }

  private static String withoutBlocks(String text) {
    return INDENTED.matcher(FENCE.matcher(text).replaceAll("")).replaceAll("");
  }

  @Test
  void blocksOfCodeAreTheSame() {
    assertThat(matches(FENCE, japanese)).isEqualTo(matches(FENCE, english)).hasSize(3);
  }

  @Test
  void commandsAreTheSame() {
    assertThat(commands(japanese)).isEqualTo(commands(english)).hasSizeGreaterThan(20);
  }

  private static List<String> commands(String text) {
    return matches(INDENTED, FENCE.matcher(text).replaceAll("")).stream()
        .map(line -> line.strip().replaceFirst(COMMENT, ""))
        .toList();
  }

  private static List<String> matches(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(it -> it.group()).toList();
  }

  /** Options, columns, files, names of the code. */
  @Test
  void whatIsNamedIsTheSame() {
    assertThat(named(japanese)).isEqualTo(named(english));
  }

  private static Set<String> named(String text) {
    Set<String> named = new TreeSet<>();
    CODE.matcher(withoutBlocks(text)).results().forEach(it -> named.add(it.group(1)));
    return named;
  }

  @Test
  void rowsOfTablesAndPointsOfListsAreTheSame() {
    assertThat(marks(japanese, "^(\\||- )")).isEqualTo(marks(english, "^(\\||- )"));
    assertThat(firstNumbers(japanese)).isEqualTo(firstNumbers(english));
  }

  /** The cells that are numbers. */
  private static List<String> firstNumbers(String text) {
    return text.lines()
        .filter(line -> line.startsWith("|"))
        .flatMap(line -> Arrays.stream(line.split("\\|", -1)))
        .map(String::strip)
        .filter(cell -> cell.matches("[0-9.,]+"))
        .toList();
  }

  @Test
  void linksAndPicturesAreTheSame() {
    assertThat(links(japanese)).containsExactlyElementsOf(links(english).toList());
  }

  private static Stream<String> links(String text) {
    return LINK.matcher(text)
        .results()
        .map(it -> it.group(1))
        .filter(it -> !it.startsWith("README."))
        .sorted();
  }
}
