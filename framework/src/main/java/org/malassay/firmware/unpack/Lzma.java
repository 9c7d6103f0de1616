package org.malassay.firmware.unpack;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.tukaani.xz.LZMAInputStream;

/**
 * LZMA_alone: properties, size of the dictionary, size. It has no magic number; found are those
 * with the properties that the LZMA SDK has by default, as nearly all are.
 */
final class Lzma extends Compression {
  private static final long MOST_SIZE = 1L << 32;

  @Override
  public String name() {
    return "lzma";
  }

  @Override
  public List<Magic> magics() {
    return List.of(Magic.of(0, 0x5d, 0, 0));
  }

  @Override
  public boolean fits(Source in) throws DamagedException {
    long dictionary = in.le().u32(1);
    long size = in.le().u64(5);
    return dictionary >= 1 << 12
        && dictionary <= 1 << 26
        && Long.bitCount(dictionary) <= 2
        && (size == -1 || (size > 0 && size < MOST_SIZE))
        && in.u8(13) == 0; // as the range coder begins
  }

  @Override
  InputStream open(Source.Stream in) throws IOException {
    LZMAInputStream lzma = new LZMAInputStream(in, MEMORY_KIB);
    lzma.enableRelaxedEndCondition(); // kernels are made with a size and a mark of the end, too
    return lzma;
  }
}
