package org.malassay.features;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TlshDigestTest {

  /** By Debian's tlsh-tools 3.4.4, of programs of Debian with bytes changed or cut off. */
  @ParameterizedTest
  @CsvSource({
    "009002052505D5014106EAA908EC718951100296E20C122194101553C5501188780046,"
        + " C59002452505D5014106EAA908EC718951100696E20C122194101553C5501188780046, 3",
    "009002052505D5014106EAA908EC718951100296E20C122194101553C5501188780046,"
        + " B014239E315F81AE2980DA8BC60811543883DF77F81A15AF6AD05F84B57468E38F7DD3, 892",
    "3EA44C17A5E210FCC1A6D57046ABD6337D71B8A452227D7F34C4EA702E86E301B6FBA1,"
        + " 51B42A06B5E214FCC0A6C93046ABD5727D71B4A452227E7F3484FA702E56E341F6FBA2, 46",
    "97C34C17E9D218FCC8AAC030479B91776871786A9235BBAF52D09D301F83F606B5EF61,"
        + " 48145A17F6D318FCC496C430825BE4766D71B8A54321BA7F72D8AA301F93E206B5DB62, 118",
    "23E34A07B69314FDC692857095AB96627E3078644721BF3B7A8CA7342F16F306F0AB71,"
        + " 66457C0BB6A214FDC5E6C470826B92726C70B4A591317DBB349CE5302F56F642B2EFE1, 357"
  })
  void theDistanceIsThatOfTheReferenceImplementation(String one, String other, int distance) {
    TlshDigest first = TlshDigest.of("T1" + one).orElseThrow();
    TlshDigest second = TlshDigest.of("T1" + other).orElseThrow();
    assertThat(first.distance(second)).isEqualTo(distance);
    assertThat(second.distance(first)).isEqualTo(distance);
    assertThat(first.distance(first)).isZero();
    assertThat(first.header(second)).isBetween(0, distance);
  }

  @Test
  void whatIsNoHashIsNone() {
    assertThat(TlshDigest.of(Tlsh.NONE)).isEmpty();
    assertThat(TlshDigest.of("T1" + "0".repeat(69))).isEmpty();
    assertThat(TlshDigest.of("T1" + "g".repeat(70))).isEmpty();
  }
}
