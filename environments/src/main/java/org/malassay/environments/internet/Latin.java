package org.malassay.environments.internet;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/** Bytes as text in which each character is one byte, and back. */
final class Latin {
  private Latin() {}

  static String text(byte[] bytes) {
    return new String(bytes, ISO_8859_1);
  }

  static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }

  /** The beginning of a text, and a mark if it is not all. */
  static String cut(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most) + "…";
  }
}
