package org.malassay.firmware.unpack;

/** Images of mkfs.jffs2. */
class Jffs2Test extends FormatContract {
  Jffs2Test() {
    super("jffs2", "jffs2-little", "jffs2-big", "jffs2-lzo", "jffs2-rtime");
  }
}
