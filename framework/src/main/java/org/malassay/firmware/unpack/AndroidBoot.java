package org.malassay.firmware.unpack;

import java.util.List;

/**
 * Android's boot image, header versions 0 to 4 ({@code bootimg.h} of AOSP): kernel, ramdisk and
 * what else there is, each from a page on.
 */
final class AndroidBoot implements Format {
  private static final int FIXED_PAGE = 4096; // from version 3 on

  @Override
  public String name() {
    return "android-boot";
  }

  @Override
  public List<Magic> magics() {
    return List.of(Magic.of(0, "ANDROID!"));
  }

  @Override
  public boolean fits(Source in) throws DamagedException {
    long version = in.le().u32(40);
    long page = in.le().u32(36);
    return in.le().u32(8) > 0
        && (version == 3
            || version == 4
            || (Long.bitCount(page) == 1 && page >= 512 && page <= 1 << 17));
  }

  @Override
  public void read(Source in, Output out) throws DamagedException {
    Fields f = in.le();
    long version = f.u32(40);
    boolean fixed = version == 3 || version == 4;
    long page = fixed ? FIXED_PAGE : f.u32(36);
    out.detail("header version %d".formatted(fixed || version <= 2 ? version : 0));
    long[] sizes =
        fixed
            ? new long[] {f.u32(8), f.u32(12)}
            : version == 1
                ? new long[] {f.u32(8), f.u32(16), f.u32(24), f.u32(1632)}
                : version == 2
                    ? new long[] {f.u32(8), f.u32(16), f.u32(24), f.u32(1632), f.u32(1648)}
                    : new long[] {f.u32(8), f.u32(16), f.u32(24)};
    long at = page;
    long end = page;
    for (long size : sizes) {
      end += (size + page - 1) / page * page;
    }
    // The last piece need not be filled up to a page.
    out.size(end > in.size() && end - in.size() < page ? in.size() : end);
    for (long size : sizes) {
      if (size > 0 && at < in.size()) {
        out.inside(in.most(at, size), at);
      }
      at += (size + page - 1) / page * page;
    }
  }
}
