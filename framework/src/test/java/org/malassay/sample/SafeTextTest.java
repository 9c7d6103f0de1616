package org.malassay.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafeTextTest {

  @ParameterizedTest
  @CsvSource({
    "mirai.arm7, mirai.arm7",
    "A-z_0+9.~, A-z_0+9._",
    "'', _",
    "., _",
    ".., _.",
    ".profile, _profile",
    "-rf, _rf",
    "../../etc/passwd, _._.._etc_passwd",
    "$(reboot);`x`, __reboot___x_",
    "'a b\tc\n', a_b_c_",
    "naïve😀, na_ve_",
  })
  void aFileNameKeepsHarmlessCharactersOnly(String text, String name) {
    assertThat(SafeText.fileName(text)).isEqualTo(name);
  }

  @Test
  void aFileNameHasAtMost100Characters() {
    assertThat(SafeText.fileName("a".repeat(101))).isEqualTo("a".repeat(100));
    assertThat(SafeText.fileName("😀".repeat(101))).isEqualTo("_".repeat(100));
  }

  @Test
  void anyTextGivesASafeFileName() {
    Random random = new Random(1);
    for (int i = 0; i < 2_000; i++) {
      assertThat(SafeText.fileName(randomText(random)))
          .matches("[A-Za-z0-9_+][A-Za-z0-9._+-]{0,99}");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'plain, with spaces', 'plain, with spaces'",
    "'a\nb\r\tc', a\\nb\\r\\tc",
    "'\u001b[31mred\u0007', \\x1b[31mred\\x07",
    "'\u009b31m\u007f', \\x9b31m\\x7f",
    "'exe\u202egpj', exe\\u202egpj",
    "'a\u2028b\ufeffc\u200bd', a\\u2028b\\ufeffc\\u200bd",
    "'\udb40\udc01', \\U000e0001",
    "'\uffff', \\uffff",
    "'<script>=cmd|', '<script>=cmd|'",
    "'back\\slash', 'back\\slash'",
    "'naïve 日本 😀', 'naïve 日本 😀'",
  })
  void whatATerminalOrReaderWouldBeDeceivedByIsEscaped(String text, String printable) {
    assertThat(SafeText.printable(text)).isEqualTo(printable);
  }

  @Test
  void anUnpairedSurrogateIsEscaped() {
    assertThat(SafeText.printable("a\ud800b")).isEqualTo("a\\ud800b");
  }

  @Test
  void anyTextIsOneLineAndEscapingItAgainChangesNothing() {
    Random random = new Random(2);
    for (int i = 0; i < 2_000; i++) {
      String printable = SafeText.printable(randomText(random));

      assertThat(printable).doesNotContainPattern("[\\p{Cntrl}\\p{Cf}\\p{Cs}\u2028\u2029]");
      assertThat(SafeText.printable(printable)).isEqualTo(printable);
    }
  }

  private static String randomText(Random random) {
    StringBuilder text = new StringBuilder();
    for (int length = random.nextInt(150); length > 0; length--) {
      text.append((char) random.nextInt(random.nextBoolean() ? 0x80 : 0x10000));
    }
    return text.toString();
  }
}
