package org.malassay.firmware.unpack;

import io.airlift.compress.zstd.ZstdInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * Zstandard (RFC 8878), one frame, by aircompressor. The frame's end is found by the sizes of its
 * blocks, since the library takes what follows for another frame.
 */
final class Zstd extends Compression {
  private static final int LAST = 1;
  private static final int REPEATED = 1;
  private static final int RESERVED = 3;
  private static final int MOST_BLOCK = 128 << 10;

  /** Of a frame: so many that are full have 128 GiB. */
  private static final int MOST_BLOCKS = 1 << 20;

  @Override
  public String name() {
    return "zstd";
  }

  @Override
  public List<Magic> magics() {
    return List.of(Magic.of(0, 0x28, 0xb5, 0x2f, 0xfd));
  }

  @Override
  public boolean fits(Source in) throws DamagedException {
    return (in.u8(4) & 8) == 0 && (in.u8(headerSize(in)) >> 1 & 3) != RESERVED;
  }

  private static int headerSize(Source in) throws DamagedException {
    int descriptor = in.u8(4);
    boolean single = (descriptor & 0x20) != 0;
    int content = descriptor >> 6;
    int dictionary = descriptor & 3;
    return 5
        + (single ? 0 : 1)
        + (dictionary == 3 ? 4 : dictionary)
        + (content == 0 ? (single ? 1 : 0) : 1 << content);
  }

  /** Where the frame ends; the end of what is there if it is cut. */
  private static long end(Source in) throws DamagedException {
    long at = headerSize(in);
    for (int i = 0; i < MOST_BLOCKS && in.has(at, 3); i++) {
      int header = in.u8(at) | in.u8(at + 1) << 8 | in.u8(at + 2) << 16;
      int type = header >> 1 & 3;
      int size = header >> 3;
      if (type == RESERVED || size > MOST_BLOCK) {
        return in.size();
      }
      at += 3 + (type == REPEATED ? 1 : size);
      if ((header & LAST) != 0) {
        return Math.min(in.size(), at + ((in.u8(4) & 4) != 0 ? 4 : 0));
      }
    }
    return in.size();
  }

  @Override
  InputStream open(Source.Stream in) throws IOException {
    return new Frame(in.source(), end(in.source()));
  }

  @Override
  long taken(Source.Stream in, InputStream decompressor) {
    return ((Frame) decompressor).end;
  }

  /** Knows its end, which takes a walk over all its blocks to find. */
  private static final class Frame extends FilterInputStream {
    private final long end;

    Frame(Source in, long end) throws DamagedException {
      super(new ZstdInputStream(in.slice(0, end).stream()));
      this.end = end;
    }
  }
}
