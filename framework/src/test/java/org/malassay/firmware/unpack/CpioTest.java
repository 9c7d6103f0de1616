package org.malassay.firmware.unpack;

/** Archives of cpio. */
class CpioTest extends FormatContract {
  CpioTest() {
    super("cpio", "cpio-newc", "cpio-odc", "cpio-crc");
  }
}
