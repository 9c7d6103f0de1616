package org.malassay.container;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Text from inside a guest, made fit for a message. */
final class Texts {
  private static final int LENGTH = 500;

  private Texts() {}

  /** The bytes on one line, without control characters, of bounded length. */
  static String oneLine(byte[] bytes) {
    String text = new String(bytes, UTF_8).replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    return text.length() <= LENGTH ? text : text.substring(0, LENGTH) + " ...";
  }
}
