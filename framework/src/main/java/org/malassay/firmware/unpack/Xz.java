package org.malassay.firmware.unpack;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.zip.CRC32;
import org.tukaani.xz.SingleXZInputStream;

/** The .xz file format 1.1: one stream, as kernels and packages have it. */
final class Xz extends Compression {
  @Override
  public String name() {
    return "xz";
  }

  @Override
  public List<Magic> magics() {
    return List.of(Magic.of(0, 0xfd, '7', 'z', 'X', 'Z', 0));
  }

  @Override
  public boolean fits(Source in) throws DamagedException {
    CRC32 crc = new CRC32();
    crc.update(in.bytes(6, 2));
    return in.le().u32(8) == crc.getValue();
  }

  @Override
  boolean isCertain() {
    return true;
  }

  @Override
  InputStream open(Source.Stream in) throws IOException {
    return new SingleXZInputStream(in, MEMORY_KIB);
  }
}
