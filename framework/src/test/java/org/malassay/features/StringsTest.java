package org.malassay.features;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StringsTest {
  private static Features of(byte[] file) {
    Findings findings = new Findings();
    Strings.of(Head.of(file), findings);
    return findings.features(Set.of(Part.STRINGS));
  }

  private static String list(Features features) {
    return new String(features.pieces().get(0).contents(), ISO_8859_1);
  }

  @Test
  void fourPrintableBytesAreAString() {
    Features found = of("\0abc\1abcd\0\0/bin/sh\tx\0xyz\u00e9tail".getBytes(ISO_8859_1));
    assertThat(list(found)).isEqualTo("5 4 abcd\nb 9 /bin/sh\tx\n19 4 tail\n");
    assertThat(found.sheet().numbers())
        .containsEntry("strings", 3.0)
        .containsEntry("strings_bytes", 17.0)
        .containsEntry("strings_longest", 9.0)
        .containsEntry("strings_paths", 1.0);
  }

  @Test
  void addressesOfThreeKindsAreCounted() {
    assertThat(
            of(("GET http://192.0.2.1/x\0/dev/null\0/dev/watchdog two\0version 1.2.3.4.5\0"
                        + "999.1.1.1 port\0://nothing\0//\0\0\0/etc/passwd\0")
                    .getBytes(ISO_8859_1))
                .sheet()
                .numbers())
        .containsEntry("strings_urls", 1.0)
        .containsEntry("strings_ipv4", 2.0)
        .containsEntry("strings_paths", 2.0);
  }

  @Test
  void aFileWithoutStringsHasNoneAndNoMeanOfThem() {
    Map<String, Double> numbers = of(new byte[100]).sheet().numbers();
    assertThat(numbers).containsEntry("strings", 0.0).doesNotContainKey("strings_mean_length");
  }

  @Test
  void nothingInTheListBreaksALineOrMovesATerminal() {
    String list =
        list(
            of("=cmd|' /C calc'!A0\r\n\u001b[31mred\u0007\u0085\nlast\nline".getBytes(ISO_8859_1)));
    assertThat(list)
        .isEqualTo("0 18 =cmd|' /C calc'!A0\n15 7 [31mred\n1f 4 last\n24 4 line\n")
        .matches("(?s)[\\x20-\\x7e\\n\\t]*");
  }

  @Test
  void ofALongStringTheBeginningIsListed() {
    byte[] file = new byte[Head.MOST];
    Arrays.fill(file, (byte) '1');
    Features found = of(file);
    assertThat(found.sheet().numbers()).containsEntry("strings_longest", (double) Head.MOST);
    assertThat(list(found)).startsWith("0 16777216 1111").hasSize("0 16777216 \n".length() + 1024);
  }

  @Test
  void ofManyStringsTheFirstAreListedAndAllCounted() {
    byte[] file = "1.2.3.4\0".repeat(1 << 20).getBytes(ISO_8859_1);
    Features found = of(file);
    assertThat(found.sheet().numbers())
        .containsEntry("strings", (double) (1 << 20))
        .containsEntry("strings_ipv4", (double) (1 << 20));
    assertThat(list(found).length()).isLessThanOrEqualTo(1 << 20);
    assertThat(found.sheet().missingInWords())
        .matches("strings: \\d+ of 1048576 are counted and not listed");
  }
}
