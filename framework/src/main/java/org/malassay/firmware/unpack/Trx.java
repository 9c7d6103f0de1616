package org.malassay.firmware.unpack;

import java.util.ArrayList;
import java.util.List;

/** Broadcom's TRX, versions 1 and 2: a header and up to four partitions. */
final class Trx implements Format {
  private static final int FLAGS_AT = 12;
  private static final long MOST = 1L << 31;

  @Override
  public String name() {
    return "trx";
  }

  @Override
  public List<Magic> magics() {
    return List.of(Magic.of(0, "HDR0"), Magic.of(0, "HDR1"));
  }

  private static int headerSize(Source in) throws DamagedException {
    return in.le().u16(14) == 2 ? 32 : 28;
  }

  @Override
  public boolean fits(Source in) throws DamagedException {
    long size = in.le().u32(4);
    int version = in.le().u16(14);
    long first = in.le().u32(16);
    return (version == 1 || version == 2)
        && size > headerSize(in)
        && size < MOST
        && ((first >= headerSize(in) && first < size) || first == 0);
  }

  @Override
  public void read(Source in, Output out) throws DamagedException {
    long size = in.le().u32(4);
    int header = headerSize(in);
    out.size(size);
    out.detail("version %d".formatted(in.le().u16(14)));
    Source all = in.most(0, size);
    // The checksum is that of zlib without its last inversion.
    if (all.size() == size && (~UImage.crc(all.from(FLAGS_AT)) & 0xffffffffL) != in.le().u32(8)) {
      out.cut("its checksum is another");
    }
    List<Long> begins = new ArrayList<>();
    for (int at = 16; at < header; at += 4) {
      long begin = in.le().u32(at);
      if (begin >= header
          && begin < all.size()
          && (begins.isEmpty() || begin > begins.get(begins.size() - 1))) {
        begins.add(begin);
      } else if (begin != 0) {
        out.cut("a partition at 0x%x does not lie in it".formatted(begin));
      }
    }
    if (begins.isEmpty()) {
      begins.add((long) header);
    }
    for (int i = 0; i < begins.size(); i++) {
      long end = i + 1 < begins.size() ? begins.get(i + 1) : all.size();
      out.inside(all.slice(begins.get(i), end - begins.get(i)), begins.get(i));
    }
  }
}
