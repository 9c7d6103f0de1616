package org.malassay.firmware.unpack;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * UBI, by which volumes lie on NAND flash ({@code drivers/mtd/ubi/ubi-media.h} of Linux): erase
 * blocks, each with a header that says which block of which volume it holds.
 */
final class Ubi implements Format {
  private static final int HEADER = 64;
  private static final int ALL_ONES = -1;
  private static final long LAYOUT_VOLUME = 0x7fffefffL;
  private static final int MOST_BLOCKS = 1 << 17;
  private static final int VOLUME_RECORD = 172;
  private static final int IMAGE_AT = 24;
  private static final int LEAST_BLOCK = 1 << 14;
  private static final int MOST_BLOCK = 1 << 24;

  /** So many headers tell how long an erase block is. */
  private static final int HEADERS = 64;

  /** So many erase blocks without a header end the image: bad ones are few. */
  private static final long MOST_WITHOUT = 8;

  private static final int MOST_VOLUMES = 128;
  private static final int STATIC = 2;

  @Override
  public String name() {
    return "ubi";
  }

  @Override
  public List<Magic> magics() {
    return List.of(Magic.of(0, "UBI#"));
  }

  @Override
  public boolean fits(Source in) throws DamagedException {
    return isHeader(in, 0, "UBI#");
  }

  private static boolean isHeader(Source in, long at, String magic) throws DamagedException {
    return in.startsWith(at, magic)
        && in.has(at, HEADER)
        && Crc.ofLinux(in.bytes(at, HEADER - 4), ALL_ONES) == in.be().u32(at + HEADER - 4);
  }

  /** A block of a volume. */
  private record Block(long sequence, long at, long size, long pad, long used) {}

  @Override
  public void read(Source in, Output out) throws DamagedException {
    int eraseBlock = eraseBlock(in, out.budget());
    int header = (int) in.be().u32(16);
    int data = (int) in.be().u32(20);
    if (header < HEADER || data < header + HEADER || data >= eraseBlock) {
      throw new DamagedException("its headers lie outside of its blocks");
    }
    Map<Long, Map<Long, Block>> volumes = new TreeMap<>();
    long at = 0;
    int count = 0;
    long end = 0;
    while (in.has(at, HEADER) && count < MOST_BLOCKS && at <= end + MOST_WITHOUT * eraseBlock) {
      out.budget().time();
      if (!isOfImage(in, at)) {
        at += eraseBlock;
        continue;
      }
      for (long missing = end; missing < at; missing += eraseBlock) {
        if (!isErased(in, missing, eraseBlock)) {
          out.cut("the erase block at 0x%x has no header".formatted(missing));
        }
      }
      count++;
      end = at + eraseBlock;
      long id = at + header;
      if (isHeader(in, id, "UBI!")) {
        Fields h = in.be();
        Block block =
            new Block(
                h.u64(id + 40),
                at + data,
                h.u8(id + 5) == STATIC ? h.u32(id + 20) : eraseBlock - data,
                h.u32(id + 28),
                h.u8(id + 5) == STATIC ? h.u32(id + 24) : 0);
        volumes
            .computeIfAbsent(h.u32(id + 8), it -> new TreeMap<>())
            .merge(h.u32(id + 12), block, (a, b) -> b.sequence() > a.sequence() ? b : a);
      }
      at += eraseBlock;
    }
    out.size(end);
    out.detail("%d erase blocks of %d".formatted(count, eraseBlock));
    if (end > in.size()) {
      out.cut("ends within an erase block");
    }
    Map<Long, Block> layout = volumes.getOrDefault(LAYOUT_VOLUME, Map.of());
    for (Map.Entry<Long, Map<Long, Block>> volume : volumes.entrySet()) {
      if (volume.getKey() < MOST_VOLUMES) {
        volume(in, volume.getKey(), volume.getValue(), layout, eraseBlock - data, out);
      }
    }
  }

  /** Whether a block belongs to the image that the first one belongs to. */
  private static boolean isOfImage(Source in, long at) throws DamagedException {
    return in.has(at, HEADER)
        && in.startsWith(at, "UBI#")
        && in.be().u32(at + IMAGE_AT) == in.be().u32(IMAGE_AT);
  }

  private static boolean isErased(Source in, long at, int size) {
    for (long i = at; i < at + size; i++) {
      if (in.get(i) != (byte) 0xff) {
        return false;
      }
    }
    return true;
  }

  /** The shortest way from one header to the next: a block without one makes others longer. */
  private static int eraseBlock(Source in, Budget budget) throws DamagedException {
    long last = 0;
    long shortest = Long.MAX_VALUE;
    int headers = 1;
    for (long at = LEAST_BLOCK;
        headers < HEADERS && at - last <= MOST_BLOCK && in.has(at, HEADER);
        at += LEAST_BLOCK) {
      budget.time();
      if (isOfImage(in, at) && isHeader(in, at, "UBI#")) {
        shortest = Math.min(shortest, at - last);
        last = at;
        headers++;
      }
    }
    if (shortest > MOST_BLOCK) {
      throw new DamagedException("has one erase block alone");
    }
    return (int) shortest;
  }

  private static void volume(
      Source in,
      long number,
      Map<Long, Block> blocks,
      Map<Long, Block> layout,
      int eraseBlockData,
      Output out)
      throws DamagedException {
    // What alignment leaves unused at the end of each block is the same for all of a volume.
    long pad = blocks.values().iterator().next().pad();
    if (pad >= eraseBlockData) {
      throw new DamagedException("%d bytes of a block are unused".formatted(pad));
    }
    int blockSize = (int) (eraseBlockData - pad);
    long used = blocks.values().iterator().next().used();
    if (blocks.size() < used) {
      out.cut("volume %d has %d of its %d blocks".formatted(number, blocks.size(), used));
    }
    long last = 0;
    for (long block : blocks.keySet()) {
      last = Math.max(last, block);
    }
    if (last >= MOST_BLOCKS || last > 64L * blocks.size() + 4096) {
      throw new DamagedException("a volume has a block %d".formatted(last));
    }
    // Blocks that nothing was written to are not in an image; the table says how many there are.
    long reserved = reserved(in, number, layout);
    long count = Math.max(last + 1, Math.min(reserved, MOST_BLOCKS));
    if (count * blockSize > out.bounds().bytes()) {
      throw new DamagedException(
          "a volume has %d blocks of %d, which are too many".formatted(count, blockSize));
    }
    long[] places = new long[(int) count];
    Arrays.fill(places, -1 - 0xff); // an unmapped block reads as erased
    long tail = blockSize;
    for (Map.Entry<Long, Block> block : blocks.entrySet()) {
      Block b = block.getValue();
      if (!in.has(b.at(), blockSize)) {
        out.cut("a block of a volume is not all there");
        continue;
      }
      places[(int) (long) block.getKey()] = b.at();
      if (block.getKey() == last) {
        tail = Math.min(blockSize, b.size());
      }
    }
    Source all = Source.ofBlocks(in, places, blockSize);
    out.inside(
        all.slice(0, places.length == last + 1 ? all.size() - blockSize + tail : all.size()),
        nameOf(in, number, layout));
  }

  private static long reserved(Source in, long number, Map<Long, Block> layout)
      throws DamagedException {
    Block table = layout.get(0L);
    long at = table == null ? -1 : table.at() + number * VOLUME_RECORD;
    return in.has(at, VOLUME_RECORD) && in.u8(at + 12) != STATIC ? in.be().u32(at) : 0;
  }

  private static String nameOf(Source in, long number, Map<Long, Block> layout)
      throws DamagedException {
    Block table = layout.get(0L);
    if (table != null && in.has(table.at() + number * VOLUME_RECORD, VOLUME_RECORD)) {
      long at = table.at() + number * VOLUME_RECORD;
      int length = in.be().u16(at + 14);
      if (length > 0 && length < 128) {
        return Names.text(in.bytes(at + 16, length));
      }
    }
    return "volume " + number;
  }
}
