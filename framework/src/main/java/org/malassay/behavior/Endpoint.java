package org.malassay.behavior;

/**
 * One end of a conversation.
 *
 * @param address an IPv4 or IPv6 address as text
 * @param port 0 where the protocol has none
 */
public record Endpoint(String address, int port) {

  /** As in a URL, such as {@code 192.0.2.1:23} or {@code [2001:db8::1]:23}. */
  @Override
  public String toString() {
    return (address.indexOf(':') >= 0 ? "[" + address + "]" : address) + ":" + port;
  }
}
