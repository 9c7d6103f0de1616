package org.malassay.reports.interop;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/** What kind of place an address of IPv4 or IPv6 names. */
final class Addresses {
  private static final String OCTET = "(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)";
  private static final Pattern IPV4 = Pattern.compile(OCTET + "(?:\\." + OCTET + "){3}");
  private static final String GROUP = "[0-9a-fA-F]{0,4}";
  private static final Pattern IPV6 =
      Pattern.compile(
          "%1$s(?::%1$s){2,7}|%1$s(?::%1$s){1,6}:%2$s".formatted(GROUP, IPV4.pattern()));

  private Addresses() {}

  /** The kinds. */
  enum Kind {
    /** A place in the Internet: the same one for everybody. */
    PUBLIC,
    /**
     * In the networks for measuring (RFC 2544, 5180), from which the simulated Internet takes the
     * addresses that it answers with.
     */
    SIMULATED,
    /** Somewhere in the guest or its own network, as every network has it; or nobody's. */
    LOCAL
  }

  /** The kind of an address; empty when it is none. Nothing is asked of any name server. */
  static Optional<Kind> kind(String text) {
    return parsed(text).map(address -> kind(address));
  }

  private static Optional<InetAddress> parsed(String text) {
    if (!IPV4.matcher(text).matches() && !IPV6.matcher(text).matches()) {
      return Optional.empty(); // a name, which Java would look up
    }
    try {
      return Optional.of(InetAddress.getByName(text));
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  /**
   * The IPv4 address that one of IPv6 stands for ({@code ::ffff:0:0/96}, RFC 4291, 2.5.5.2), as
   * sockets name it; any other text as it is.
   */
  static String plain(String text) {
    return isIpv6(text)
        ? parsed(text)
            .filter(Inet4Address.class::isInstance)
            .map(InetAddress::getHostAddress)
            .orElse(text)
        : text;
  }

  private static Kind kind(InetAddress address) {
    byte[] bytes = address.getAddress();
    int first = bytes[0] & 0xFF;
    int second = bytes[1] & 0xFF;
    boolean isIpv4 = bytes.length == 4;
    if (isIpv4 ? first == 198 && (second & 0xFE) == 18 : isForMeasuring(bytes)) {
      return Kind.SIMULATED;
    }
    boolean isLocal =
        address.isAnyLocalAddress()
            || address.isLoopbackAddress()
            || address.isLinkLocalAddress()
            || address.isSiteLocalAddress()
            || address.isMulticastAddress()
            || (isIpv4
                ? first == 0 || first >= 240 || (first == 100 && (second & 0xC0) == 64)
                : (first & 0xFE) == 0xFC);
    return isLocal ? Kind.LOCAL : Kind.PUBLIC;
  }

  /** 2001:2::/48. */
  private static boolean isForMeasuring(byte[] address) {
    return address[0] == 0x20
        && address[1] == 1
        && address[2] == 0
        && address[3] == 2
        && address[4] == 0
        && address[5] == 0;
  }

  static boolean isIpv6(String address) {
    return address.indexOf(':') >= 0;
  }
}
