package org.malassay.firmware.unpack;

/** The CRC-32 of Ethernet as Linux computes it: without the inversions, from any beginning. */
final class Crc {
  private static final int POLYNOMIAL = 0xedb88320;
  private static final int[] TABLE = table();

  private Crc() {}

  private static int[] table() {
    int[] table = new int[256];
    for (int i = 0; i < 256; i++) {
      int value = i;
      for (int bit = 0; bit < 8; bit++) {
        value = (value & 1) != 0 ? value >>> 1 ^ POLYNOMIAL : value >>> 1;
      }
      table[i] = value;
    }
    return table;
  }

  /**
   * @param begin 0 in JFFS2, all ones in UBI and UBIFS
   */
  static long ofLinux(byte[] bytes, int begin) {
    int crc = begin;
    for (byte b : bytes) {
      crc = TABLE[(crc ^ b) & 0xff] ^ crc >>> 8;
    }
    return crc & 0xffffffffL;
  }
}
