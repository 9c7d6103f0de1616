package org.malassay.environments.internet;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What the name server says of some names.
 *
 * @param name fits them whole, without the dot at the end, in small letters
 * @param absent true when there are no such names
 * @param addresses of IPv4 and IPv6; none for those that every name gets
 * @param texts the strings of their TXT records
 */
record NameRule(Expression name, boolean absent, List<String> addresses, List<String> texts) {
  private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

  NameRule {
    if (name == null) {
      throw new IllegalArgumentException("a rule for names without a name");
    }
    addresses = addresses == null ? List.of() : List.copyOf(addresses);
    texts = texts == null ? List.of() : List.copyOf(texts);
    addresses.forEach(NameRule::parse);
  }

  private static InetAddress parse(String text) {
    try {
      if (ADDRESS.matcher(text).matches()) { // or a resolver would be asked
        return InetAddress.getByName(text);
      }
    } catch (UnknownHostException e) {
      // as below
    }
    throw new IllegalArgumentException("no address: " + text);
  }

  List<Inet4Address> ipv4() {
    return of(Inet4Address.class);
  }

  List<Inet6Address> ipv6() {
    return of(Inet6Address.class);
  }

  private <T extends InetAddress> List<T> of(Class<T> family) {
    List<T> found = new ArrayList<>();
    for (String text : addresses) {
      InetAddress address = parse(text);
      if (family.isInstance(address)) {
        found.add(family.cast(address));
      }
    }
    return found;
  }
}
