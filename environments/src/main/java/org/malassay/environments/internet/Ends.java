package org.malassay.environments.internet;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import org.malassay.behavior.Endpoint;

/** The guest's end of a conversation, and the end that the guest meant to reach. */
record Ends(InetAddress guest, int guestPort, InetAddress peer, int peerPort) {
  /** How long they are in a frame. */
  static final int BYTES = 37;

  private static final int ADDRESS = 16;
  private static final int IPV4_ADDRESS = 4;

  static Ends read(ByteBuffer from) {
    boolean ipv4 = from.get() == 4;
    InetAddress guest = address(from, ipv4);
    int guestPort = from.getShort() & 0xFFFF;
    InetAddress peer = address(from, ipv4);
    return new Ends(guest, guestPort, peer, from.getShort() & 0xFFFF);
  }

  private static InetAddress address(ByteBuffer from, boolean ipv4) {
    byte[] field = new byte[ADDRESS];
    from.get(field);
    byte[] address = new byte[ipv4 ? IPV4_ADDRESS : ADDRESS];
    System.arraycopy(field, 0, address, 0, address.length);
    return address(address);
  }

  /** The address of 4 or 16 bytes. */
  static InetAddress address(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("no address has %d bytes".formatted(bytes.length), e);
    }
  }

  void write(ByteBuffer to) {
    to.put((byte) (guest instanceof Inet4Address ? 4 : 6));
    write(guest, guestPort, to);
    write(peer, peerPort, to);
  }

  private static void write(InetAddress address, int port, ByteBuffer to) {
    byte[] bytes = address.getAddress();
    to.put(bytes).put(new byte[ADDRESS - bytes.length]).putShort((short) port);
  }

  Endpoint guestEnd() {
    return Endpoint.of(guest, guestPort);
  }

  Endpoint peerEnd() {
    return Endpoint.of(peer, peerPort);
  }

  /** The same guest's end, and another port of the same peer. */
  Ends withPeerPort(int port) {
    return new Ends(guest, guestPort, peer, port);
  }
}
