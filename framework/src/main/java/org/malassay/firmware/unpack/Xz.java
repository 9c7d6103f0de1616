package org.malassay.firmware.unpack;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.zip.CRC32;
import org.tukaani.xz.SingleXZInputStream;

/** The .xz file format 1.1: one stream, as kernels and packages have it. */
final class Xz extends Compression {
  private static final int STREAM_HEADER = 12;

  /** The flags of a block header: which sizes it has, and how many filters beside the first. */
  private static final int SIZES = 0xc0;

  private static final int FILTERS = 3;
  private static final byte LZMA2 = 0x21;

  /** A dictionary of 96 MiB, and the longest that there is, of 4 GiB. */
  private static final byte LONGEST_HELD = 29;

  private static final byte LONGEST = 40;

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
    return new SingleXZInputStream(
        new SequenceInputStream(new ByteArrayInputStream(beginning(in)), in), MEMORY_KIB);
  }

  /**
   * The headers of the stream and of its first block, with a dictionary that is no longer than is
   * held here: kernels name the longest of their preset, 128 MiB and more, and have fewer bytes.
   * What does reach back farther is damaged then.
   */
  private static byte[] beginning(Source.Stream in) throws IOException {
    byte[] stream = in.readNBytes(STREAM_HEADER);
    byte[] first = in.readNBytes(1);
    int rest = first.length == 0 || first[0] == 0 ? 0 : ((first[0] & 0xff) + 1) * 4 - 1;
    byte[] header = in.readNBytes(rest);
    ByteBuffer all =
        ByteBuffer.allocate(stream.length + first.length + header.length)
            .order(ByteOrder.LITTLE_ENDIAN);
    all.put(stream).put(first).put(header);
    if (rest > 0 && header.length == rest) {
      shorten(all, stream.length, rest + 1);
    }
    return all.array();
  }

  /** Of the block header that lies at a place. */
  private static void shorten(ByteBuffer all, int from, int length) {
    int check = from + length - 4;
    if (all.getInt(check) != crc(all, from, length - 4)) {
      return; // it is damaged, as it shall be told
    }
    int flags = all.get(from + 1);
    int at = from + 2;
    for (int size = 0; size < Integer.bitCount(flags & SIZES); size++) {
      at = afterNumber(all, at);
    }
    for (int filter = 0; filter <= (flags & FILTERS) && at + 2 < check; filter++) {
      boolean lzma2 = all.get(at) == LZMA2;
      at = afterNumber(all, at);
      if (at + 1 >= check) {
        break;
      }
      int properties = all.get(at) & 0xff; // of no filter 128 and more
      if (lzma2
          && properties == 1
          && all.get(at + 1) > LONGEST_HELD
          && all.get(at + 1) <= LONGEST) {
        all.put(at + 1, LONGEST_HELD);
      }
      at += 1 + properties;
    }
    all.putInt(check, crc(all, from, length - 4));
  }

  /** Seven bits a byte, of which the last has no eighth. */
  private static int afterNumber(ByteBuffer all, int at) {
    int end = at;
    while (end + 1 < all.limit() && all.get(end) < 0) {
      end++;
    }
    return end + 1;
  }

  private static int crc(ByteBuffer all, int from, int length) {
    CRC32 crc = new CRC32();
    crc.update(all.slice(from, length));
    return (int) crc.getValue();
  }
}
