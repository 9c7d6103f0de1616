package org.malassay.firmware.unpack;

/** Images of mkfs.ubifs, by themselves and in one of ubinize. */
class UbiFsTest extends FormatContract {
  UbiFsTest() {
    super("ubifs", "ubifs-lzo", "ubifs-zlib", "ubifs-zstd", "ubi");
  }
}
