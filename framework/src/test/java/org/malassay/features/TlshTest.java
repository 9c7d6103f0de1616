package org.malassay.features;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TlshTest {
  /** The vector of the reference implementation's timing_unittest.cpp. */
  @Test
  void aMillionLettersHaveTheHashOfTheReferenceImplementationsOwnTest() {
    byte[] letters = new byte[1_000_000];
    for (int i = 0; i < letters.length - 1; i++) {
      letters[i] = (byte) (i % 26 + 'A');
    }
    assertThat(Tlsh.of(letters))
        .hasValue("T1A12500088C838B0A0F0EC3C0ACAB82F3B8228B0308CFA302338C0F0AE2C24F28000008");
  }

  /** The text of its simple_unittest.cpp; the hash is what its version 4.12 makes of it. */
  @Test
  void aTextHasTheHashOfTheReferenceImplementation() {
    assertThat(
            Tlsh.of(
                "This is a test for Lili Diao. This is a string. Hello Hello Hello "
                    .getBytes(US_ASCII)))
        .hasValue("T184A0023754CEB0A1DD0F251186CE33C1070FCCC4113454D095ADB84A3027C48163CCC4");
  }

  /** Hashes of the reference implementation 4.12, and without T1 of Debian's tlsh-tools 3.4.4. */
  @ParameterizedTest
  @CsvSource({
    "50, T1009002052505D5014106EAA908EC718951100296E20C122194101553C5501188780046",
    "51, T1C59002452505D5014106EAA908EC718951100696E20C122194101553C5501188780046",
    "256, T13AD09766632DD9030700AB7831BA38084A0C02B3E8AC763A26701691C6A03E789B902F",
    "1000, T1D71198D7171DD7C30188165823F51568B7597773DBEC311F40200960EEF0B9780AD169",
    "65536, T1345312E9131DD0D6ADD4E71EBE2869766843E991C0B230EE9FD44B52B21858B3CF1C89",
    "200000, T1B014239E315F81AE2980DA8BC60811543883DF77F81A15AF6AD05F84B57468E38F7DD3"
  })
  void aSeriesHasTheHashOfTheReferenceImplementation(int size, String hash) {
    assertThat(Tlsh.of(series(size))).hasValue(hash);
  }

  /** ANSI C's example of rand, whose numbers are no secret of one library. */
  private static byte[] series(int size) {
    byte[] series = new byte[size];
    int x = 1;
    for (int i = 0; i < size; i++) {
      x = (x * 1103515245 + 12345) & 0x7fffffff;
      series[i] = (byte) (x >> 16);
    }
    return series;
  }

  @Test
  void aFileOfLessThanFiftyBytesHasNone() {
    assertThat(Tlsh.of(series(49))).isEmpty();
    assertThat(Tlsh.of(new byte[0])).isEmpty();
  }

  @Test
  void aFileOfToFewDifferentBytesHasNone() {
    assertThat(Tlsh.of(new byte[600])).isEmpty();
    byte[] few = new byte[600];
    Arrays.fill(few, (byte) 'a');
    few[300] = 'b';
    assertThat(Tlsh.of(few)).isEmpty();
  }
}
