package org.malassay.firmware.unpack;

import java.util.Arrays;
import java.util.List;

/** Android's sparse image ({@code sparse_format.h} of libsparse): chunks of blocks of an image. */
final class AndroidSparse implements Format {
  private static final int RAW = 0xcac1;
  private static final int FILL = 0xcac2;
  private static final int HOLE = 0xcac3;
  private static final int CHECKSUM = 0xcac4;

  /** One place is kept for each block. */
  private static final long MOST_BLOCKS = 1 << 22;

  @Override
  public String name() {
    return "sparse";
  }

  @Override
  public List<Magic> magics() {
    return List.of(Magic.of(0, 0x3a, 0xff, 0x26, 0xed));
  }

  @Override
  public boolean fits(Source in) throws DamagedException {
    Fields f = in.le();
    long block = f.u32(12);
    return f.u16(4) == 1
        && f.u16(8) >= 28
        && f.u16(8) <= 4096
        && f.u16(10) >= 12
        && f.u16(10) <= 4096
        && block >= 1024
        && block <= 1 << 20
        && block % 4 == 0;
  }

  @Override
  public void read(Source in, Output out) throws DamagedException {
    Fields f = in.le();
    int block = (int) f.u32(12);
    long blocks = f.u32(16);
    long chunks = f.u32(20);
    if (blocks > MOST_BLOCKS || blocks * block > out.bounds().bytes()) {
      throw new DamagedException("%d blocks of %d are too many".formatted(blocks, block));
    }
    out.detail("%d blocks of %d".formatted(blocks, block));
    long[] places = new long[(int) blocks];
    Arrays.fill(places, -1);
    long at = f.u16(8);
    int next = 0;
    for (long i = 0; i < chunks; i++) {
      out.budget().time();
      if (!in.has(at, 12)) {
        out.cut("ends before chunk %d of %d".formatted(i, chunks));
        break;
      }
      int type = f.u16(at);
      long count = f.u32(at + 4);
      long size = f.u32(at + 8);
      long data = at + f.u16(10);
      if (size < f.u16(10) || (type != CHECKSUM && count > blocks - next)) {
        throw new DamagedException("chunk %d is damaged".formatted(i));
      }
      if (type == RAW) {
        if (size < count * block + f.u16(10)) {
          throw new DamagedException("chunk %d is damaged".formatted(i));
        }
        for (int n = 0; n < count; n++) {
          if (in.has(data + (long) n * block, block)) {
            places[next + n] = data + (long) n * block;
          } else {
            out.cut("ends within chunk %d of %d".formatted(i, chunks));
            break;
          }
        }
      } else if (type == FILL) {
        int value = in.u8(data);
        for (int n = 1; n < 4; n++) {
          if (in.u8(data + n) != value) {
            out.cut("is filled with more than one byte, which is not known here");
          }
        }
        Arrays.fill(places, next, next + (int) count, -1 - value);
      } else if (type != HOLE && type != CHECKSUM) {
        throw new DamagedException("chunk %d is of type 0x%04x".formatted(i, type));
      }
      next += type == CHECKSUM ? 0 : (int) count;
      at += size;
      out.size(at);
    }
    out.inside(Source.ofBlocks(in, places, block), "image");
  }
}
