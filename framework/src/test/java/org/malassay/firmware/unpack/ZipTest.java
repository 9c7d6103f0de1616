package org.malassay.firmware.unpack;

/** An archive of zip. */
class ZipTest extends FormatContract {
  ZipTest() {
    super("zip", "zip");
  }
}
