package org.malassay.firmware.unpack;

/** An archive of 7-Zip. */
class SevenZipTest extends FormatContract {
  SevenZipTest() {
    super("7z", "7z");
  }
}
