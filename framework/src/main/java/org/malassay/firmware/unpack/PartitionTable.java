package org.malassay.firmware.unpack;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.zip.CRC32;

/**
 * A whole disk with the partitions of an MBR, its logical ones, or of a GPT (UEFI 2.10, chapter 5).
 */
final class PartitionTable implements Format {
  private static final int SECTOR = 512;
  private static final int TABLE_AT = 446;
  private static final int EXTENDED = 5;
  private static final int EXTENDED_LBA = 0xf;
  private static final int EXTENDED_LINUX = 0x85;
  private static final int PROTECTIVE = 0xee;
  private static final int MOST_PARTITIONS = 256;

  @Override
  public String name() {
    return "disk";
  }

  @Override
  public List<Magic> magics() {
    return List.of(Magic.of(510, 0x55, 0xaa));
  }

  /** Its magic number is too short to be looked for everywhere. */
  @Override
  public boolean anywhere() {
    return false;
  }

  /** The boot sector of a FAT file system and a hybrid ISO have the same magic number. */
  @Override
  public boolean fits(Source in) throws DamagedException {
    if (in.startsWith(16 * 2048L + 1, "CD001")
        || in.startsWith(54, "FAT")
        || in.startsWith(82, "FAT")) {
      return false;
    }
    int used = 0;
    for (int i = 0; i < 4; i++) {
      long at = TABLE_AT + 16L * i;
      int status = in.u8(at);
      int type = in.u8(at + 4);
      long first = in.le().u32(at + 8);
      long count = in.le().u32(at + 12);
      if (status != 0 && status != 0x80) {
        return false;
      }
      if (type != 0) {
        if (first == 0 || count == 0 || first * SECTOR >= in.size()) {
          return false;
        }
        used++;
      }
    }
    return used > 0;
  }

  /** A partition, in bytes. */
  private record Stretch(long at, long size) {}

  @Override
  public void read(Source in, Output out) throws DamagedException {
    out.size(in.size());
    boolean gpt = isGpt(in);
    List<Stretch> found = gpt ? gpt(in, out) : mbr(in, out);
    found.sort(Comparator.comparingLong(Stretch::at));
    out.detail("%s, %d partitions".formatted(gpt ? "GPT" : "MBR", found.size()));
    long covered = 0;
    for (Stretch partition : found) {
      if (partition.at() < covered || partition.at() >= in.size()) {
        out.cut(
            "a partition at 0x%x does not lie in it, or over another".formatted(partition.at()));
        continue;
      }
      between(in, covered, partition.at(), out);
      Source content = in.most(partition.at(), partition.size());
      if (content.size() < partition.size()) {
        out.cut("a partition at 0x%x is not all there".formatted(partition.at()));
      }
      out.inside(content, partition.at());
      covered = partition.at() + content.size();
    }
    between(in, covered, in.size(), out);
  }

  /** Boot loaders lie between partitions. */
  private static void between(Source in, long from, long to, Output out) throws DamagedException {
    long begin = from == 0 ? SECTOR : from; // the table itself is known
    if (begin < to) {
      out.inside(in.slice(begin, to - begin), begin);
    }
  }

  private static boolean isGpt(Source in) throws DamagedException {
    return in.u8(TABLE_AT + 4) == PROTECTIVE && in.startsWith(SECTOR, "EFI PART");
  }

  private static List<Stretch> gpt(Source in, Output out) throws DamagedException {
    Fields f = in.le();
    byte[] header = in.bytes(SECTOR, 92);
    for (int i = 16; i < 20; i++) {
      header[i] = 0;
    }
    CRC32 crc = new CRC32();
    crc.update(header);
    if (crc.getValue() != f.u32(SECTOR + 16) && f.u32(SECTOR + 12) == header.length) {
      out.cut("the checksum of the table is another");
    }
    long table = sectors(f.long64(SECTOR + 72));
    long count = Math.min(MOST_PARTITIONS, f.u32(SECTOR + 80));
    long each = f.u32(SECTOR + 84);
    List<Stretch> found = new ArrayList<>();
    for (long i = 0; i < count && each >= 128 && each <= 4096; i++) {
      long at = table + i * each;
      if (f.u64(at) != 0 || f.u64(at + 8) != 0) { // else it is unused
        long first = sectors(f.long64(at + 32));
        long end = sectors(f.long64(at + 40) + 1);
        if (end > first) {
          found.add(new Stretch(first, end - first));
        }
      }
    }
    return found;
  }

  private static long sectors(long count) throws DamagedException {
    if (count < 0 || count > Long.MAX_VALUE / SECTOR) {
      throw new DamagedException("a partition lies nowhere");
    }
    return count * SECTOR;
  }

  private static List<Stretch> mbr(Source in, Output out) throws DamagedException {
    List<Stretch> found = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      long at = TABLE_AT + 16L * i;
      int type = in.u8(at + 4);
      long first = in.le().u32(at + 8) * SECTOR;
      if (type == EXTENDED || type == EXTENDED_LBA || type == EXTENDED_LINUX) {
        logical(in, first, found, out);
      } else if (type != 0) {
        found.add(new Stretch(first, in.le().u32(at + 12) * SECTOR));
      }
    }
    return found;
  }

  /** A chain of tables, each with one partition and the place of the next table. */
  private static void logical(Source in, long extended, List<Stretch> found, Output out)
      throws DamagedException {
    long table = extended;
    for (int i = 0; i < MOST_PARTITIONS; i++) {
      out.budget().time();
      if (!in.has(table, SECTOR) || in.le().u16(table + 510) != 0xaa55) {
        out.cut("a table of logical partitions is not there");
        return;
      }
      long at = table + TABLE_AT;
      if (in.u8(at + 4) != 0) {
        found.add(new Stretch(table + in.le().u32(at + 8) * SECTOR, in.le().u32(at + 12) * SECTOR));
      }
      if (in.u8(at + 16 + 4) == 0) {
        return;
      }
      table = extended + in.le().u32(at + 16 + 8) * SECTOR;
    }
    out.cut("more than %d logical partitions".formatted(MOST_PARTITIONS));
  }
}
