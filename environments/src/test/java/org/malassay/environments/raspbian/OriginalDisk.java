package org.malassay.environments.raspbian;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.malassay.environments.host.Tools;
import org.malassay.environments.machine.Image;

/** Disks that look like original images of Raspberry Pi OS, which cannot be had offline. */
final class OriginalDisk {
  private static final int FAT = 0x0C;
  private static final int LINUX = 0x83;
  private static final int MIB_SECTORS = 2048;
  private static final int BOOT_MIB = 4;
  private static final int ROOT_MIB = 68;
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private OriginalDisk() {}

  /** A partition; numbers of sectors. */
  record Entry(int type, long start, long length) {}

  /** Writes a partition table. */
  static void partition(Path disk, Entry... entries) throws IOException {
    ByteBuffer mbr = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);
    mbr.putInt(440, 0x4D616C61); // the disk's identity, which PARTUUIDs start with
    for (int i = 0; i < entries.length; i++) {
      int at = 446 + 16 * i;
      mbr.put(at + 4, (byte) entries[i].type);
      mbr.putInt(at + 8, (int) entries[i].start);
      mbr.putInt(at + 12, (int) entries[i].length);
    }
    mbr.putShort(510, (short) 0xAA55);
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
      file.write(mbr.array());
    }
  }

  static void resize(Path disk, long bytes) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
      file.setLength(bytes);
    }
  }

  /** Lays the two partitions out as an original has them. */
  static void layOut(Path disk) throws IOException {
    long sectors = Files.size(disk) / 512;
    long root = (long) ROOT_MIB * MIB_SECTORS;
    partition(
        disk,
        new Entry(FAT, (long) BOOT_MIB * MIB_SECTORS, root - (long) BOOT_MIB * MIB_SECTORS),
        new Entry(LINUX, root, sectors - root));
  }

  /** A whole one, of Debian's kernel and the programs of an image that was built. */
  static Path of(Image image, Path folder) throws IOException {
    Path disk = folder.resolve("raspios.img");
    run(
        folder,
        "sh",
        Path.of("src/test/resources/raspbian/original-image.sh").toAbsolutePath().toString(),
        image.folder().toString(),
        disk.toString(),
        Integer.toString(BOOT_MIB),
        Integer.toString(ROOT_MIB));
    layOut(disk);
    return disk;
  }

  /** A small one with an empty boot partition and an empty root partition. */
  static Path empty(Path folder) throws IOException {
    Path disk = Files.createTempFile(folder, "empty", ".img");
    resize(disk, (ROOT_MIB + 16L) << 20);
    run(
        folder,
        "mformat",
        "-i",
        disk + "@@" + BOOT_MIB + "M",
        "-T",
        "131072",
        "-F",
        "-c",
        "1",
        "::");
    run(
        folder,
        "/sbin/mke2fs",
        "-q",
        "-F",
        "-t",
        "ext4",
        "-E",
        "offset=" + (ROOT_MIB << 20),
        disk.toString(),
        "16M");
    layOut(disk);
    return disk;
  }

  /** Puts a file into the boot partition. */
  static void putIntoBoot(Path disk, Path file, String name) throws IOException {
    run(
        disk.getParent(),
        "mcopy",
        "-o",
        "-i",
        disk + "@@" + BOOT_MIB + "M",
        file.toString(),
        "::" + name);
  }

  /** Has debugfs do things in the root partition. */
  static void changeRoot(Path disk, String... commands) throws IOException {
    Path script = Files.write(Files.createTempFile("debugfs", ""), List.of(commands));
    run(
        disk.getParent(),
        "/sbin/debugfs",
        "-w",
        "-f",
        script.toString(),
        disk + "?offset=" + (ROOT_MIB << 20));
    Files.delete(script);
  }

  static void run(Path folder, String... command) throws IOException {
    Tools.run(List.of(command), folder, PATIENCE, line -> {});
  }
}
