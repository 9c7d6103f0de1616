package org.malassay.environments.raspbian;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where an image of Raspberry Pi OS has its two partitions: as its master boot record says, four
 * entries of 16 bytes at the end of the first 512.
 *
 * @param bootStart where the boot partition starts, in bytes; it has a FAT file system
 * @param rootStart where the root partition starts, in bytes
 * @param rootNumber which of the partitions that is, from 1
 */
record Partitions(long bootStart, long rootStart, int rootNumber) {
  private static final int SECTOR = 512;
  private static final int TABLE = 446;
  private static final int ENTRY = 16;
  private static final int ENTRIES = 4;
  private static final int SIGNATURE = 0xAA55;
  private static final int UNUSED = 0;
  private static final int LINUX = 0x83;
  private static final Set<Integer> FAT = Set.of(0x01, 0x04, 0x06, 0x0B, 0x0C, 0x0E);

  private record Partition(int number, int type, long start, long end) {}

  /**
   * Reads them.
   *
   * @throws IOException with what is wrong with the disk, if it is not such an image
   */
  static Partitions read(Path disk) throws IOException {
    try (FileChannel channel = FileChannel.open(disk)) {
      ByteBuffer record = ByteBuffer.allocate(SECTOR).order(ByteOrder.LITTLE_ENDIAN);
      while (record.hasRemaining() && channel.read(record) >= 0) {
        // a short read is no end
      }
      if (record.hasRemaining() || (record.getShort(SECTOR - 2) & 0xFFFF) != SIGNATURE) {
        throw new IOException("it is no disk image: it does not start with a master boot record");
      }
      List<Partition> partitions = partitions(record);
      Partition boot = find(partitions, FAT, "boot partition with a FAT file system");
      Partition root = find(partitions, Set.of(LINUX), "root partition of Linux");
      for (Partition partition : List.of(boot, root)) {
        if (partition.end > channel.size()) {
          throw new IOException(
              "it is cut short: its partition %d ends at byte %d, and it has %d"
                  .formatted(partition.number, partition.end, channel.size()));
        }
      }
      return new Partitions(boot.start, root.start, root.number);
    }
  }

  private static List<Partition> partitions(ByteBuffer record) {
    List<Partition> partitions = new ArrayList<>();
    for (int i = 0; i < ENTRIES; i++) {
      int at = TABLE + i * ENTRY;
      int type = record.get(at + 4) & 0xFF;
      long start = (record.getInt(at + 8) & 0xFFFF_FFFFL) * SECTOR;
      long length = (record.getInt(at + 12) & 0xFFFF_FFFFL) * SECTOR;
      if (type != UNUSED && start > 0 && length > 0) {
        partitions.add(new Partition(i + 1, type, start, start + length));
      }
    }
    return partitions;
  }

  private static Partition find(List<Partition> partitions, Set<Integer> types, String what)
      throws IOException {
    Optional<Partition> found =
        partitions.stream().filter(it -> types.contains(it.type)).findFirst();
    return found.orElseThrow(() -> new IOException("it has no " + what));
  }
}
