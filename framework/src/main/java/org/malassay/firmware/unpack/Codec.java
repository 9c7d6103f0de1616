package org.malassay.firmware.unpack;

import io.airlift.compress.zstd.ZstdDecompressor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.tukaani.xz.BasicArrayCache;
import org.tukaani.xz.LZMAInputStream;
import org.tukaani.xz.SingleXZInputStream;

/** How the blocks of file systems are compressed: each by itself, to no more than a known size. */
enum Codec {
  NONE {
    @Override
    byte[] decompress(byte[] in, int most) throws DamagedException {
      if (in.length > most) {
        throw tooLong(most);
      }
      return in;
    }
  },
  /** Deflate in zlib's frame. */
  ZLIB {
    @Override
    byte[] decompress(byte[] in, int most) throws DamagedException {
      return inflate(in, most, false);
    }
  },
  /** Deflate without a frame. */
  DEFLATE {
    @Override
    byte[] decompress(byte[] in, int most) throws DamagedException {
      return inflate(in, most, true);
    }
  },
  /** LZMA with the header of LZMA_alone: 5 bytes of properties, 8 of size. */
  LZMA {
    @Override
    byte[] decompress(byte[] in, int most) throws DamagedException {
      Fields header = Source.of(in).le();
      int properties = header.u8(0);
      long size = header.u64(5);
      if (size > most) {
        throw tooLong(most);
      }
      return lzma(in, 13, size < 0 ? -1 : size, properties, most);
    }
  },
  /** LZMA with 5 bytes of properties alone, as some vendors' squashfs has it. */
  LZMA_OF_PROPERTIES {
    @Override
    byte[] decompress(byte[] in, int most) throws DamagedException {
      return lzma(in, 5, -1, Source.of(in).u8(0), most);
    }
  },
  /** LZMA without a header, by the properties that the LZMA SDK has by default. */
  LZMA_RAW {
    @Override
    byte[] decompress(byte[] in, int most) throws DamagedException {
      return lzma(in, 0, -1, 0x5d, most);
    }
  },
  /** LZMA without a header and with properties 0, as OpenWrt's JFFS2 has it. */
  LZMA_OF_JFFS2 {
    @Override
    byte[] decompress(byte[] in, int most) throws DamagedException {
      return lzma(in, 0, most, 0, most);
    }
  },
  XZ {
    @Override
    byte[] decompress(byte[] in, int most) throws DamagedException {
      int memory = (most >> 10) * 2 + 4096; // the dictionary is no longer than the block
      try (InputStream xz =
          new SingleXZInputStream(
              new ByteArrayInputStream(in), memory, true, BasicArrayCache.getInstance())) {
        return drain(xz, most);
      } catch (IOException | RuntimeException e) {
        throw damaged("xz", e);
      }
    }
  },
  LZO {
    @Override
    byte[] decompress(byte[] in, int most) throws DamagedException {
      return Lzo.decompress(in, most);
    }
  },
  LZ4 {
    @Override
    byte[] decompress(byte[] in, int most) throws DamagedException {
      return Lz4Block.decompress(in, most);
    }
  },
  ZSTD {
    @Override
    byte[] decompress(byte[] in, int most) throws DamagedException {
      byte[] out = new byte[most];
      try {
        return Arrays.copyOf(
            out, new ZstdDecompressor().decompress(in, 0, in.length, out, 0, most));
      } catch (RuntimeException e) {
        throw damaged("zstd", e);
      }
    }
  };

  /**
   * All that some bytes decompress to.
   *
   * @param most how many that may be
   * @throws DamagedException if they are damaged, or more come out
   */
  abstract byte[] decompress(byte[] in, int most) throws DamagedException;

  /** The same of a block whose size is known. */
  final byte[] exactly(byte[] in, int size) throws DamagedException {
    byte[] out = decompress(in, size);
    if (out.length != size) {
      throw new DamagedException(
          "a block has %d bytes and not the %d that it should".formatted(out.length, size));
    }
    return out;
  }

  private static DamagedException tooLong(int most) {
    return new DamagedException("a block decompresses to more than %d bytes".formatted(most));
  }

  private static DamagedException damaged(String what, Exception cause) {
    return cause instanceof DamagedException damage
        ? damage
        : new DamagedException("%s: %s".formatted(what, cause.getMessage()), cause);
  }

  private static byte[] inflate(byte[] in, int most, boolean raw) throws DamagedException {
    Inflater inflater = new Inflater(raw);
    try {
      inflater.setInput(in);
      byte[] out = new byte[most];
      int n = 0;
      while (!inflater.finished()) {
        int more = inflater.inflate(out, n, most - n);
        n += more;
        if (more == 0 && !inflater.finished()) {
          if (n == most) {
            if (inflater.inflate(new byte[1]) > 0) {
              throw tooLong(most);
            }
            if (inflater.finished()) {
              break;
            }
          }
          throw new DamagedException("deflate: ends early, after %d bytes".formatted(n));
        }
      }
      return n == most ? out : Arrays.copyOf(out, n);
    } catch (DataFormatException e) {
      throw damaged("deflate", e);
    } finally {
      inflater.end();
    }
  }

  private static byte[] lzma(byte[] in, int from, long size, int properties, int most)
      throws DamagedException {
    if (from > in.length) {
      throw new DamagedException("lzma: ends in its header");
    }
    // Without a cache of arrays: XZ for Java 1.10 takes what is in a used one for its own here.
    // No distance is longer than what comes out: a larger dictionary would be of no use.
    int dictionary = Math.max(4096, most);
    try (LZMAInputStream lzma =
        new LZMAInputStream(
            new ByteArrayInputStream(in, from, in.length - from),
            size,
            (byte) properties,
            dictionary,
            null)) {
      lzma.enableRelaxedEndCondition(); // squashfs-tools write a size and a mark of the end, too
      return size < 0 ? drainToDamage(lzma, most) : drain(lzma, most);
    } catch (IOException | RuntimeException e) {
      throw damaged("lzma", e);
    }
  }

  private static byte[] drain(InputStream in, int most) throws IOException {
    byte[] out = in.readNBytes(most);
    if (out.length == most && in.read() >= 0) {
      throw tooLong(most);
    }
    return out;
  }

  /** Of one without a size or an end marker: it is whole when as much came out as may. */
  private static byte[] drainToDamage(InputStream in, int most) throws IOException {
    byte[] out = new byte[most];
    int n = 0;
    while (n < most) {
      int more = in.read(out, n, most - n);
      if (more < 0) {
        return Arrays.copyOf(out, n);
      }
      n += more;
    }
    return out;
  }
}
