package org.malassay.firmware.unpack;

import java.util.List;

/** The formats that are known. */
final class Formats {
  /** Where two fit at one place, the first is taken. */
  static final List<Format> ALL =
      List.of(
          new SquashFs(),
          new UImage(),
          new Trx(),
          new Fit(),
          new AndroidBoot(),
          new AndroidSparse(),
          new Ubi(),
          new UbiFs(),
          new Jffs2(),
          new Yaffs2(),
          new CramFs(),
          new RomFs(),
          new Iso9660(),
          new Ext(),
          new PartitionTable(),
          new Cpio(),
          new Tar(),
          new Zip(),
          new SevenZip(),
          new Gzip(),
          new Xz(),
          new Lzma(),
          new Bzip2(),
          new Lzop(),
          new Lz4(),
          new Zstd());

  private Formats() {}

  /** Whether it may lie in a kernel, as its configuration or its first file system does. */
  static boolean mayBeInKernel(Format format) {
    return format instanceof Compression || format instanceof Cpio;
  }
}
