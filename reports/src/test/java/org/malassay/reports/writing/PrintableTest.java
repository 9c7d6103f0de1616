package org.malassay.reports.writing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTest {

  @Test
  void linesAndTabsOfAnOutputStayAndWhatATerminalObeysDoesNot() {
    assertThat(Printable.lines("one\ttwo\r\n\u001b[2Jthree\n\n\u202efour".getBytes(UTF_8)))
        .isEqualTo("one\ttwo\\r\n\\x1b[2Jthree\n\n\\u202efour");
  }

  @Test
  void bytesThatAreNotTextAreShownAsWhatTheyAre() {
    byte[] bytes = {'a', (byte) 0xff, (byte) 0xc3, 'b', (byte) 0xe2, (byte) 0x82};
    assertThat(Printable.lines(bytes)).isEqualTo("a\\xff\\xc3b\\xe2\\x82");
  }

  @Test
  void wellFormedTextStays() {
    String text = "é € \ud83d\ude00 C:\\new";
    assertThat(Printable.lines(text.getBytes(UTF_8))).isEqualTo(text);
    assertThat(Printable.lines(new byte[0])).isEmpty();
  }

  @Test
  void aLongLineIsCutBetweenCharacters() {
    assertThat(Printable.beginning("ab\ud83d\ude00cd", 3)).isEqualTo("ab\ud83d\ude00…");
    assertThat(Printable.beginning("abc", 3)).isEqualTo("abc");
  }

  @Test
  void forProgramsATextIsBoundedAndWellFormed() {
    assertThat(Printable.bounded("::error \ud83d\ude00 a\nb\ud800", 40))
        .isEqualTo("::error \ud83d\ude00 a\\nb\\ud800");
    assertThat(Printable.bounded("x".repeat(1 << 20), 3)).isEqualTo("xxx…");
    assertThat(Printable.bounded("\ud83d\ude00".repeat(9), 3))
        .isEqualTo("\ud83d\ude00".repeat(3) + "…");
    assertThat(Printable.bounded("\0\0", 3)).isEqualTo("\\x0…");
  }
}
