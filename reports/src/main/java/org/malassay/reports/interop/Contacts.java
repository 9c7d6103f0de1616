package org.malassay.reports.interop;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.malassay.behavior.Endpoint;

/**
 * Whom a sample contacted, as far as that is a fact about the sample: the names and addresses that
 * it brought along. Addresses that the simulated Internet answered with are not among them; who was
 * contacted at one of them is told by the name. Bounded.
 *
 * @param peers in the order in which they were contacted first
 * @param names those that it asked for, in lower case
 * @param pages their URLs
 * @param scans the ports at which it contacted many addresses
 * @param leftOut what is missing, in words; empty when nothing is
 * @param sizesGiven the sizes in bytes of the files that the simulated Internet gave out
 */
record Contacts(
    List<Peer> peers,
    List<String> names,
    List<Fetched> pages,
    List<Scan> scans,
    List<String> leftOut,
    Set<Long> sizesGiven) {

  Contacts {
    peers = List.copyOf(peers);
    names = List.copyOf(names);
    pages = List.copyOf(pages);
    scans = List.copyOf(scans);
    leftOut = List.copyOf(leftOut);
    sizesGiven = Set.copyOf(sizesGiven);
  }

  /**
   * One end that was contacted.
   *
   * @param host an address, or the name that it was the answer to
   * @param isName whether it is a name
   * @param guest the guest's own end, when it was contacted first; empty where it is not known
   * @param transport such as {@code tcp}; empty where just the call is known
   * @param protocol what was spoken last
   * @param first when it was contacted first
   * @param last when it was heard of last
   * @param sentBytes in all
   * @param receivedBytes in all
   * @param times how often
   */
  record Peer(
      String host,
      boolean isName,
      int port,
      Optional<Endpoint> guest,
      String transport,
      Optional<String> protocol,
      Duration first,
      Duration last,
      long sentBytes,
      long receivedBytes,
      long times) {

    /** Whether to contact it tells something: everybody asks servers of names and times. */
    boolean isTelling() {
      return protocol.filter(it -> it.equals("dns") || it.equals("ntp")).isEmpty();
    }
  }

  /**
   * A page that was asked for.
   *
   * @param host its name or address
   * @param process that asked, where that is known
   * @param userAgent as it called itself; empty where it is not known: hostile text
   */
  record Fetched(
      String method,
      String host,
      int port,
      String url,
      Duration at,
      OptionalInt process,
      String userAgent) {}

  /**
   * A port at which many addresses were contacted. They were come upon by chance, and are left out:
   * whom a scan meets is a victim.
   *
   * @param transport empty where it is not known, or there are several
   * @param addresses how many
   */
  record Scan(String transport, int port, int addresses) {
    /** Such as {@code 1200 addresses at tcp port 23}. */
    String words() {
      return "%d addresses at %sport %d"
          .formatted(addresses, transport.isEmpty() ? "" : transport + " ", port);
    }
  }
}
