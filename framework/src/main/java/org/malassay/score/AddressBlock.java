package org.malassay.score;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/** Addresses that begin with the same bits, such as {@code 10.0.0.0/8}. */
record AddressBlock(BigInteger address, int bits, int size) {
  /** What cannot be a name, so that nobody is asked for it. */
  private static final Pattern LITERAL = Pattern.compile("[0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

  static Optional<AddressBlock> parse(String text) {
    int slash = text.indexOf('/');
    String address = slash < 0 ? text : text.substring(0, slash);
    return bytes(address)
        .flatMap(
            bytes -> {
              int size = bytes.length * 8;
              try {
                int bits = slash < 0 ? size : Integer.parseInt(text.substring(slash + 1));
                return bits < 0 || bits > size
                    ? Optional.empty()
                    : Optional.of(new AddressBlock(new BigInteger(1, bytes), bits, size));
              } catch (NumberFormatException e) {
                return Optional.empty();
              }
            });
  }

  boolean contains(String text) {
    return bytes(text)
        .filter(bytes -> bytes.length * 8 == size)
        .map(bytes -> new BigInteger(1, bytes).xor(address).shiftRight(size - bits).signum() == 0)
        .orElse(false);
  }

  private static Optional<byte[]> bytes(String address) {
    if (!LITERAL.matcher(address).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.getByName(address).getAddress());
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }
}
