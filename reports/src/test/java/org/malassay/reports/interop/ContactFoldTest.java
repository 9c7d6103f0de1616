package org.malassay.reports.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.malassay.behavior.Endpoint;
import org.malassay.behavior.Event;
import org.malassay.reports.interop.Contacts.Fetched;
import org.malassay.reports.interop.Contacts.Peer;

class ContactFoldTest {
  private static final Endpoint RESOLVER = new Endpoint("192.168.1.1", 53);

  private static Contacts contacts(Stream<? extends Event> events) {
    ContactFold fold = new ContactFold();
    events.forEach(fold::accept);
    return fold.contacts();
  }

  private static Event talk(String address, int port) {
    return Recorded.conversation("tcp", new Endpoint(address, port), "", "x");
  }

  @Test
  void whoIsContactedAtAnAnswerIsTheNameWhicheverComesFirst() {
    Event asked = Recorded.question("dns", RESOLVER, "A CNC.example", "203.0.113.5 203.0.113.6");
    for (Stream<Event> events :
        List.of(
            Stream.of(asked, talk("203.0.113.6", 80)), Stream.of(talk("203.0.113.6", 80), asked))) {
      Contacts contacts = contacts(events);
      assertThat(contacts.peers()).extracting(Peer::host).containsExactly("cnc.example");
      assertThat(contacts.names()).containsExactly("cnc.example");
    }
  }

  @Test
  void aCallThatBeganAConversationIsNoContactMore() {
    Contacts contacts =
        contacts(
            Stream.of(
                Recorded.connect(new Endpoint("198.51.100.1", 80)),
                talk("198.51.100.1", 80),
                talk("198.51.100.1", 80),
                Recorded.connect(new Endpoint("198.51.100.2", 80))));
    assertThat(contacts.peers())
        .extracting(Peer::host, Peer::transport, Peer::times)
        .containsExactly(tuple("198.51.100.1", "tcp", 2L), tuple("198.51.100.2", "", 1L));
  }

  @Test
  void aScanIsToldByItsPortAndOneAddressLessIsNone() {
    Contacts scan =
        contacts(IntStream.range(0, ContactFold.SCAN).mapToObj(i -> talk("192.0.2." + i, 23)));
    assertThat(scan.peers()).isEmpty();
    assertThat(scan.scans()).containsExactly(new Contacts.Scan("tcp", 23, ContactFold.SCAN));
    assertThat(
            contacts(IntStream.range(1, ContactFold.SCAN).mapToObj(i -> talk("192.0.2." + i, 23)))
                .peers())
        .hasSize(ContactFold.SCAN - 1);
  }

  @Test
  void aScanIsOneWhetherItsConversationsWereSeenOrItsCallsAlone() {
    Contacts scan =
        contacts(
            IntStream.range(0, ContactFold.SCAN)
                .mapToObj(
                    i ->
                        i % 2 == 0
                            ? talk("192.0.2." + i, 23)
                            : Recorded.connect(new Endpoint("192.0.2." + i, 23))));
    assertThat(scan.peers()).isEmpty();
    assertThat(scan.scans()).containsExactly(new Contacts.Scan("tcp", 23, ContactFold.SCAN));
  }

  private static Event page(String address) {
    return Recorded.question(
        "http", new Endpoint(address, 80), "GET http://%s/x".formatted(address), "404");
  }

  private static Stream<Event> pages(int count) {
    return Stream.concat(
        Stream.of(
            Recorded.question("dns", RESOLVER, "A cnc.example", "203.0.113.5"),
            page("203.0.113.5")),
        IntStream.range(0, count).mapToObj(i -> page("192.0.2." + i)));
  }

  @Test
  void pagesOfWhomAScanMetAreLeftOutAndCounted() {
    Contacts scan = contacts(pages(ContactFold.SCAN));
    assertThat(scan.pages()).extracting(Fetched::url).containsExactly("http://cnc.example/x");
    assertThat(scan.leftOut())
        .containsExactly(
            "16 addresses at port 80, which a scan met", "16 pages at addresses that a scan met");
    assertThat(contacts(pages(ContactFold.SCAN - 1)).pages()).hasSize(ContactFold.SCAN);
  }

  @ParameterizedTest
  @CsvSource({
    "http, '200, 7056 bytes (harmless program for arm)', 7056",
    "ftp, 12 bytes (page), 12",
    "tftp, 12 bytes (page), 12",
    "ftp, taken, ",
    "http, 431, ",
    "http, '200, 12345678901234567890 bytes (page)', ",
    "irc, 12 bytes (page), ",
  })
  void theSizesOfFilesThatWereGivenOutAreKnown(String protocol, String answer, Long size) {
    Contacts contacts =
        contacts(
            Stream.of(
                Recorded.question(
                    protocol, new Endpoint("203.0.113.1", 80), "GET http://a.example/", answer)));
    assertThat(contacts.sizesGiven())
        .containsExactlyElementsOf(size == null ? List.of() : List.of(size));
  }

  @Test
  void anAddressIsTheSameWhicheverWayItIsWritten() {
    Contacts contacts =
        contacts(
            Stream.of(
                Recorded.connect(new Endpoint("::ffff:198.51.100.1", 80)),
                talk("198.51.100.1", 80),
                talk("::ffff:c633:6401", 80),
                Recorded.question("dns", RESOLVER, "AAAA cnc.example", "::ffff:203.0.113.5"),
                talk("203.0.113.5", 80)));
    assertThat(contacts.peers())
        .extracting(Peer::host, Peer::times)
        .containsExactly(tuple("198.51.100.1", 2L), tuple("cnc.example", 1L));
  }

  @ParameterizedTest
  @CsvSource({
    "::ffff:198.51.100.9, 198.51.100.9",
    "::FFFF:c633:6409, 198.51.100.9",
    "0:0:0:0:0:ffff:c633:6409, 198.51.100.9",
    "0:0:0:0:0:ffff:198.51.100.9, 198.51.100.9",
    "::ffff:a00:1, 10.0.0.1",
    "198.51.100.9, 198.51.100.9",
    "2001:db8::7, 2001:db8::7",
    "64:ff9b::c633:6409, 64:ff9b::c633:6409",
    "::1, ::1",
    "::ffff:256.1.1.1, ::ffff:256.1.1.1",
    "::ffff:1.2.3.4x, ::ffff:1.2.3.4x",
    "example.org, example.org",
  })
  void anAddressThatStandsForOneOfIpv4IsThatOne(String address, String plain) {
    assertThat(Addresses.plain(address)).isEqualTo(plain);
  }

  @ParameterizedTest
  @CsvSource({
    "203.0.113.9, PUBLIC",
    "::ffff:203.0.113.9, PUBLIC",
    "::ffff:198.18.0.1, SIMULATED",
    "::ffff:10.0.2.3, LOCAL",
    "8.8.8.8, PUBLIC",
    "2001:db8::1, PUBLIC",
    "198.18.0.1, SIMULATED",
    "198.19.255.255, SIMULATED",
    "198.20.0.1, PUBLIC",
    "2001:2::1, SIMULATED",
    "2001:2:1::1, PUBLIC",
    "10.0.2.3, LOCAL",
    "192.168.1.1, LOCAL",
    "172.16.0.1, LOCAL",
    "100.64.0.1, LOCAL",
    "127.0.0.1, LOCAL",
    "169.254.1.1, LOCAL",
    "0.0.0.0, LOCAL",
    "224.0.0.1, LOCAL",
    "255.255.255.255, LOCAL",
    "::1, LOCAL",
    "fe80::1, LOCAL",
    "fd00::50, LOCAL",
  })
  void anAddressIsOfOneKind(String address, Addresses.Kind kind) {
    assertThat(Addresses.kind(address)).contains(kind);
  }

  @ParameterizedTest
  @CsvSource({"example.org", "1.2.3", "256.1.1.1", "''", "1:2", "::ffff:1.2.3.4x", "localhost"})
  void whatIsNoAddressIsAskedOfNobody(String text) {
    assertThat(Addresses.kind(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "GET http://a.example/b?c=d, http://a.example/b?c=d",
    "GET http://A.example, http://a.example",
    "GET http://a.example:81/x y, http://a.example:81/x%20y",
    "GET http://a.example/%41%4, http://a.example/%41%254",
    "GET http://a.example/[#é, http://a.example/%5B%23%E9",
    "GET http://198.51.100.1/x, http://198.51.100.1/x",
    "GET http://[2001:db8::1]:8/x, http://[2001:db8::1]:8/x",
    "GET http://[::ffff:198.51.100.1]:8/x, http://198.51.100.1:8/x",
    "GET http://a b/x, ",
    "GET http://user@a.example/x, ",
    "OPTIONS http://a.example*, ",
    "GET http://10.0.0.1/x, ",
    "no page, ",
  })
  void aPageIsAUrlThatIsWellFormed(String asked, String url) {
    Contacts contacts =
        contacts(Stream.of(Recorded.question("http", new Endpoint("203.0.113.1", 80), asked, "")));
    assertThat(contacts.pages())
        .extracting(Fetched::url)
        .containsExactlyElementsOf(url == null ? List.of() : List.of(url));
  }

  @Test
  void aFloodIsBoundedAndCounted() {
    Contacts contacts =
        contacts(
            IntStream.range(0, 100_000)
                .mapToObj(
                    i ->
                        i % 2 == 0
                            ? talk("198.51.%d.%d".formatted(i >> 8 & 255, i & 255), i % 65_536)
                            : Recorded.question(
                                "dns", RESOLVER, "A n%d.example".formatted(i), "198.18.0.1")));
    assertThat(contacts.peers()).hasSize(ContactFold.MOST_TOLD);
    assertThat(contacts.names()).hasSize(ContactFold.MOST_TOLD);
    assertThat(contacts.leftOut())
        .anyMatch(it -> it.matches("\\d+ ends beyond the first 200"))
        .anyMatch(it -> it.matches("\\d+ contacts beyond the first 20000"));
  }
}
