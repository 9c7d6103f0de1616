package org.malassay.firmware.unpack;

/** Images of genisoimage and xorriso. */
class Iso9660Test extends FormatContract {
  Iso9660Test() {
    super("iso9660", "iso", "iso-xorriso");
  }
}
