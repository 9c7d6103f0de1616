package org.malassay.firmware.unpack;

/** Images of mksquashfs. */
class SquashFsTest extends FormatContract {
  SquashFsTest() {
    super(
        "squashfs",
        "squashfs-gzip",
        "squashfs-xz",
        "squashfs-lzma",
        "squashfs-lzo",
        "squashfs-lz4",
        "squashfs-zstd",
        "squashfs-small",
        "squashfs-plain");
  }
}
