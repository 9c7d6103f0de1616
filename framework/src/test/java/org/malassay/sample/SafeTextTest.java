package org.malassay.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
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
    "'a ::error file=x::b', 'a :\\x3aerror file=x:\\x3ab'",
    "'::::stop-commands::t', ':::\\x3astop-commands:\\x3at'",
    "'##[group]x ##vso[task.complete]', '#\\x23[group]x #\\x23vso[task.complete]'",
    "'####teamcity[x]', '###\\x23teamcity[x]'",
    "section_end:1:x, section_end\\x3a1:x",
    "travis_time:end, travis_time\\x3aend",
    "'## heading [1], fe80::1, C::', '## heading [1], fe80::1, C::'",
  })
  void whatATerminalOrReaderWouldBeDeceivedByIsEscaped(String text, String printable) {
    assertThat(SafeText.printable(text)).isEqualTo(printable);
  }

  @Test
  void whatACharsetLacksIsEscapedForAPlaceThatShowsNoMore() {
    assertThat(SafeText.printable("naïve\n日本 😀", StandardCharsets.US_ASCII))
        .isEqualTo("na\\xefve\\n\\u65e5\\u672c \\U0001f600");
    assertThat(SafeText.printable("naïve\n日本 😀", StandardCharsets.UTF_8))
        .isEqualTo("naïve\\n日本 😀");
  }

  @Test
  void aByteThatIsNoCharacterShowsAsItself() {
    byte[] bytes = {'a', (byte) 0xff, (byte) 0xe6, (byte) 0x97, (byte) 0xa5, (byte) 0xc3};
    assertThat(SafeText.decode(bytes, StandardCharsets.UTF_8)).isEqualTo("a\\xff日\\xc3");
    assertThat(SafeText.decode(new byte[0], StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void forProgramsTheSignsOfACiSystemStay() {
    assertThat(SafeText.visible("::error x ##vso[a]\n\u001b\u202e"))
        .isEqualTo("::error x ##vso[a]\\n\\x1b\\u202e");
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

      assertThat(printable).doesNotContainPattern("::[A-Za-z]|##[A-Za-z]*\\[");
      assertThat(printable).doesNotContainPattern("[\\p{Cntrl}\\p{Cf}\\p{Cs}\u2028\u2029]");
      assertThat(SafeText.printable(printable)).isEqualTo(printable);
    }
  }

  private static String randomText(Random random) {
    StringBuilder text = new StringBuilder();
    for (int length = random.nextInt(150); length > 0; length--) {
      text.append(
          random.nextInt(4) == 0
              ? "::##[a".charAt(random.nextInt(6))
              : (char) random.nextInt(random.nextBoolean() ? 0x80 : 0x10000));
    }
    return text.toString();
  }
}
