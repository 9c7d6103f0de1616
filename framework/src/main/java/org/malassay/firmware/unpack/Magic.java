package org.malassay.firmware.unpack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/**
 * The bytes by which a format is found.
 *
 * @param at where they are in it
 */
@SuppressWarnings("ArrayRecordComponent") // a constant
record Magic(int at, byte[] bytes) {
  static Magic of(int at, String latin) {
    return new Magic(at, latin.getBytes(ISO_8859_1));
  }

  static Magic of(int at, int... bytes) {
    byte[] magic = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      magic[i] = (byte) bytes[i];
    }
    return new Magic(at, magic);
  }

  byte first() {
    return bytes[0];
  }
}
