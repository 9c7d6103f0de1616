package org.malassay.environments.internet;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.malassay.behavior.Endpoint;

/**
 * A packet as the far side of the guest's network saw it.
 *
 * @param time in nanoseconds of the epoch
 * @param toGuest false when the guest sent it
 * @param length of the whole packet
 * @param bytes its beginning, from the header of Ethernet on
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
record Packet(long time, boolean toGuest, int length, byte[] bytes) {
  private static final int ETHERNET = 14;
  private static final int IPV4 = 0x0800;
  private static final int IPV6 = 0x86DD;
  private static final int IPV6_HEADER = 40;
  private static final int TCP = 6;
  private static final int UDP = 17;
  private static final int ICMP = 1;
  private static final int ICMPV6 = 58;
  private static final int FRAGMENT = 44;
  private static final int UDP_HEADER = 8;
  private static final int MOST_EXTENSIONS = 8;

  /**
   * What the headers say.
   *
   * @param protocol the number of what IP carries
   * @param source with port 0 where there are none
   * @param flags those of TCP; the type for ICMP; else 0
   * @param payload where what is carried begins: behind the header of TCP or UDP, or of IP
   * @param payloadLength how long it is, as far as the packet tells
   */
  record Header(
      int protocol,
      Endpoint source,
      Endpoint destination,
      int flags,
      int payload,
      int payloadLength) {

    /** The name of the protocol as the Elastic Common Schema has it. */
    String transport() {
      return switch (protocol) {
        case TCP -> "tcp";
        case UDP -> "udp";
        case ICMP -> "icmp";
        case ICMPV6 -> "ipv6-icmp";
        default -> "ip-" + protocol;
      };
    }

    boolean isTcp() {
      return protocol == TCP;
    }

    boolean isIcmp() {
      return protocol == ICMP;
    }

    boolean isIcmpv6() {
      return protocol == ICMPV6;
    }
  }

  /** What the headers say; empty when this is no IP, or none that can be read. */
  Optional<Header> header() {
    try {
      ByteBuffer in = ByteBuffer.wrap(bytes);
      int type = in.getShort(12) & 0xFFFF;
      return switch (type) {
        case IPV4 -> Optional.of(ipv4(in));
        case IPV6 -> Optional.of(ipv6(in));
        default -> Optional.empty();
      };
    } catch (BufferUnderflowException | IndexOutOfBoundsException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static byte[] slice(ByteBuffer in, int at, int length) {
    byte[] bytes = new byte[length];
    in.get(at, bytes);
    return bytes;
  }

  private Header ipv4(ByteBuffer in) {
    int words = in.get(ETHERNET) & 15;
    int total = in.getShort(ETHERNET + 2) & 0xFFFF;
    boolean isFirst = (in.getShort(ETHERNET + 6) & 0x1FFF) == 0;
    return carried(
        in,
        in.get(ETHERNET + 9) & 0xFF,
        slice(in, ETHERNET + 12, 4),
        slice(in, ETHERNET + 16, 4),
        ETHERNET + 4 * words,
        ETHERNET + (total == 0 ? length - ETHERNET : total), // 0: cut into packets by the card
        isFirst);
  }

  private Header ipv6(ByteBuffer in) {
    int total = in.getShort(ETHERNET + 4) & 0xFFFF;
    int next = in.get(ETHERNET + 6) & 0xFF;
    int at = ETHERNET + IPV6_HEADER;
    boolean isFirst = true;
    for (int i = 0; i < MOST_EXTENSIONS && Arrays.asList(0, 43, 60, FRAGMENT).contains(next); i++) {
      boolean isFragment = next == FRAGMENT;
      isFirst &= !isFragment || (in.getShort(at + 2) & 0xFFF8) == 0;
      next = in.get(at) & 0xFF;
      at += isFragment ? 8 : 8 + 8 * (in.get(at + 1) & 0xFF);
    }
    return carried(
        in,
        next,
        slice(in, ETHERNET + 8, 16),
        slice(in, ETHERNET + 24, 16),
        at,
        ETHERNET + (total == 0 ? length - ETHERNET : IPV6_HEADER + total),
        isFirst);
  }

  private static Header carried(
      ByteBuffer in,
      int protocol,
      byte[] source,
      byte[] destination,
      int at,
      int end,
      boolean isFirst) {
    boolean hasPorts = isFirst && (protocol == TCP || protocol == UDP);
    int sourcePort = hasPorts ? in.getShort(at) & 0xFFFF : 0;
    int destinationPort = hasPorts ? in.getShort(at + 2) & 0xFFFF : 0;
    int payload = at;
    int flags = 0;
    if (hasPorts && protocol == TCP) {
      payload += 4 * (in.get(at + 12) >> 4 & 15);
      flags = in.get(at + 13) & 0xFF;
    } else if (hasPorts) {
      payload += UDP_HEADER;
    } else if (isFirst && (protocol == ICMP || protocol == ICMPV6)) {
      flags = in.get(at) & 0xFF;
    }
    return new Header(
        protocol,
        Endpoint.of(source, sourcePort),
        Endpoint.of(destination, destinationPort),
        flags,
        payload,
        Math.max(0, end - payload));
  }
}
