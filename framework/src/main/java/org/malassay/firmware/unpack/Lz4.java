package org.malassay.firmware.unpack;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** LZ4's frames, and the legacy ones that kernels have. */
final class Lz4 extends Compression {
  private static final int LEGACY_BLOCK = 8 << 20;

  @Override
  public String name() {
    return "lz4";
  }

  @Override
  public List<Magic> magics() {
    return List.of(Magic.of(0, 4, 0x22, 0x4d, 0x18), Magic.of(0, 2, 0x21, 0x4c, 0x18));
  }

  private static boolean isLegacy(Source in) throws DamagedException {
    return in.u8(0) == 2;
  }

  @Override
  public boolean fits(Source in) throws DamagedException {
    if (isLegacy(in)) {
      long block = in.le().u32(4);
      return block > 0 && block <= bound(LEGACY_BLOCK);
    }
    int flags = in.u8(4);
    int blocks = in.u8(5) >> 4;
    return flags >> 6 == 1
        && (flags & 2) == 0
        && blocks >= 4
        && blocks <= 7
        && (in.u8(5) & 0x8f) == 0;
  }

  /** What a block of so many bytes compresses to at most. */
  private static long bound(int size) {
    return size + size / 255 + 16L;
  }

  @Override
  InputStream open(Source.Stream in) throws IOException {
    return isLegacy(in.source()) ? new Legacy(in.source()) : new Frame(in.source());
  }

  @Override
  long taken(Source.Stream in, InputStream decompressor) {
    return ((BlockStream) decompressor).at();
  }

  private static final class Legacy extends BlockStream {
    Legacy(Source in) {
      super(in);
      to(4);
    }

    /** It has no end of its own: the next size is none, as what follows a kernel is. */
    @Override
    byte[] block() throws DamagedException {
      if (!in().has(at(), 4)) {
        return new byte[0];
      }
      long size = in().le().u32(at());
      if (size == 0 || size > bound(LEGACY_BLOCK) || (at() > 4 && !in().has(at() + 4, size))) {
        return new byte[0];
      }
      byte[] block = Lz4Block.decompress(in().bytes(at() + 4, size), LEGACY_BLOCK);
      to(at() + 4 + size);
      return block;
    }
  }

  private static final class Frame extends BlockStream {
    private final int most;
    private final boolean independent;
    private final boolean blockChecksum;
    private final boolean contentChecksum;
    private byte[] before = {};

    Frame(Source in) throws DamagedException {
      super(in);
      int flags = in.u8(4);
      independent = (flags & 0x20) != 0;
      blockChecksum = (flags & 0x10) != 0;
      contentChecksum = (flags & 4) != 0;
      most = 1 << (8 + 2 * (in.u8(5) >> 4));
      to(6 + ((flags & 8) != 0 ? 8 : 0) + ((flags & 1) != 0 ? 4 : 0) + 1);
    }

    @Override
    byte[] block() throws DamagedException {
      long header = in().le().u32(at());
      if (header == 0) {
        to(at() + (contentChecksum ? 8 : 4));
        return new byte[0];
      }
      long size = header & 0x7fffffffL;
      if (size > most) {
        throw new DamagedException("lz4: a block of %d bytes is too long".formatted(size));
      }
      byte[] bytes = in().bytes(at() + 4, size);
      byte[] block =
          header >>> 31 != 0
              ? bytes
              : independent
                  ? Lz4Block.decompress(bytes, most)
                  : Lz4Block.decompress(bytes, most, before);
      to(at() + 4 + size + (blockChecksum ? 4 : 0));
      if (!independent) {
        remember(block);
      }
      return block;
    }

    private void remember(byte[] block) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      all.writeBytes(before);
      all.writeBytes(block);
      byte[] bytes = all.toByteArray();
      int from = Math.max(0, bytes.length - (1 << 16));
      before = java.util.Arrays.copyOfRange(bytes, from, bytes.length);
    }
  }
}
