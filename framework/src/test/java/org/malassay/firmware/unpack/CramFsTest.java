package org.malassay.firmware.unpack;

/** Images of mkfs.cramfs. */
class CramFsTest extends FormatContract {
  CramFsTest() {
    super("cramfs", "cramfs-little", "cramfs-big");
  }
}
