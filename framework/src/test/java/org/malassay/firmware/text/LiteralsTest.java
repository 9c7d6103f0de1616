package org.malassay.firmware.text;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LiteralsTest {
  private static List<String> found(List<String> literals, String text) {
    List<String> found = new ArrayList<>();
    Literals.of(literals)
        .scan(
            text.getBytes(ISO_8859_1), (literal, from) -> found.add(literals.get(literal) + from));
    return found;
  }

  @Test
  void literalsWithinAndAcrossOthersAreAllFound() {
    assertThat(found(List.of("he", "she", "his", "hers"), "ushers"))
        .containsExactlyInAnyOrder("she1", "he2", "hers2");
    assertThat(found(List.of("aa"), "aaaa")).containsExactly("aa0", "aa1", "aa2");
    assertThat(found(List.of("x"), "")).isEmpty();
    assertThat(found(List.of("\u00ff\u0000"), "a\u00ff\u0000")).containsExactly("\u00ff\u00001");
  }

  @Test
  void randomTextsHaveWhatASearchOneByOneFinds() {
    Random random = new Random(5);
    for (int i = 0; i < 300; i++) {
      List<String> literals = new ArrayList<>();
      for (int n = 1 + random.nextInt(6); n > 0; n--) {
        literals.add(text(random, 1 + random.nextInt(4)));
      }
      String text = text(random, random.nextInt(80));
      List<String> expected = new ArrayList<>();
      for (String literal : literals) {
        for (int at = text.indexOf(literal); at >= 0; at = text.indexOf(literal, at + 1)) {
          expected.add(literal + at);
        }
      }
      assertThat(found(literals, text)).containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  private static String text(Random random, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append((char) ('a' + random.nextInt(3)));
    }
    return text.toString();
  }

  @Test
  void anEmptyLiteralIsRefused() {
    assertThatThrownBy(() -> Literals.of(List.of("a", "")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("literal 1 is empty");
  }

  @Test
  void aRunOfPrintableCharactersEndsWhereTheyDo() {
    byte[] file = "\0abc def\n12\0x".getBytes(ISO_8859_1);
    List<String> runs = new ArrayList<>();
    Printable.runs(file, 2, 10, (from, text) -> runs.add(from + text));

    assertThat(Printable.around(file, 4, 100)).isEqualTo("abc def");
    assertThat(Printable.around(file, 4, 2)).isEqualTo("bc d");
    assertThat(runs).containsExactly("1abc def", "912");
  }
}
