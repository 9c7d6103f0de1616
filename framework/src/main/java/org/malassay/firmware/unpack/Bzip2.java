package org.malassay.firmware.unpack;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;

/** bzip2, by Commons Compress. */
final class Bzip2 extends Compression {
  @Override
  public String name() {
    return "bzip2";
  }

  @Override
  public List<Magic> magics() {
    return List.of(Magic.of(0, "BZh"));
  }

  @Override
  public boolean fits(Source in) throws DamagedException {
    int level = in.u8(3);
    return level >= '1' && level <= '9' && in.startsWith(4, "1AY&SY");
  }

  @Override
  boolean isCertain() {
    return true;
  }

  @Override
  InputStream open(Source.Stream in) throws IOException {
    return new BZip2CompressorInputStream(in);
  }
}
