package org.malassay.firmware.unpack;

/** An image of genromfs, which keeps no modes. */
class RomFsTest extends FormatContract {
  RomFsTest() {
    super("romfs", "romfs");
  }

  @Override
  boolean keepsModes() {
    return false;
  }
}
