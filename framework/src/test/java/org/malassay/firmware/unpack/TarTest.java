package org.malassay.firmware.unpack;

/** Archives of tar. */
class TarTest extends FormatContract {
  TarTest() {
    super("tar", "tar-gnu", "tar-pax");
  }
}
