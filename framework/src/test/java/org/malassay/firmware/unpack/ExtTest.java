package org.malassay.firmware.unpack;

/** Images of mke2fs. */
class ExtTest extends FormatContract {
  ExtTest() {
    super("ext", "ext4", "ext2", "ext3", "ext4-inline");
  }
}
