package org.malassay.behavior;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * One end of a conversation.
 *
 * @param address an IPv4 or IPv6 address as text; of IPv6 as RFC 5952 wants it, so that every
 *     source of events calls the same end the same
 * @param port 0 where the protocol has none
 */
public record Endpoint(String address, int port) {
  private static final int GROUPS = 8;

  /**
   * The end at this address. An IPv6 address that stands for an IPv4 one ({@code ::ffff:0:0/96}) is
   * written as that one: sockets name it so, packets never do.
   */
  public static Endpoint of(InetAddress address, int port) {
    return new Endpoint(
        address instanceof Inet4Address ? address.getHostAddress() : text(address.getAddress()),
        port);
  }

  /**
   * The same of an address as packets and sockets hold it.
   *
   * @param address 4 or 16 bytes
   * @throws IllegalArgumentException if it is no address
   */
  public static Endpoint of(byte[] address, int port) {
    try {
      return of(InetAddress.getByAddress(address), port);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("no address has %d bytes".formatted(address.length), e);
    }
  }

  /**
   * RFC 5952: no leading zeros, small letters; the longest run of two or more zeros is left out.
   */
  private static String text(byte[] address) {
    ByteBuffer bytes = ByteBuffer.wrap(address);
    List<String> groups = new ArrayList<>();
    for (int i = 0; i < GROUPS; i++) {
      groups.add(Integer.toHexString(bytes.getShort() & 0xFFFF));
    }
    int from = 0;
    int length = 0;
    for (int i = 0; i < GROUPS; i++) {
      int end = i;
      while (end < GROUPS && groups.get(end).equals("0")) {
        end++;
      }
      if (end - i > length) {
        from = i;
        length = end - i;
      }
    }
    if (length < 2) {
      return String.join(":", groups);
    }
    return String.join(":", groups.subList(0, from))
        + "::"
        + String.join(":", groups.subList(from + length, GROUPS));
  }

  /** As in a URL, such as {@code 192.0.2.1:23} or {@code [2001:db8::1]:23}. */
  @Override
  public String toString() {
    return (address.indexOf(':') >= 0 ? "[" + address + "]" : address) + ":" + port;
  }
}
