package org.malassay.environments.raspbian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.environments.raspbian.OriginalDisk.Entry;

class PartitionsTest {
  private static final int FAT = 0x0C;
  private static final int LINUX = 0x83;
  private static final int SWAP = 0x82;

  @TempDir Path folder;

  private Path disk(long bytes, Entry... entries) throws IOException {
    Path disk = Files.createTempFile(folder, "disk", ".img");
    OriginalDisk.partition(disk, entries);
    OriginalDisk.resize(disk, bytes);
    return disk;
  }

  @Test
  void theBootAndTheRootPartitionAreFound() throws Exception {
    assertThat(Partitions.read(disk(300 * 512, new Entry(FAT, 8, 92), new Entry(LINUX, 100, 200))))
        .isEqualTo(new Partitions(8 * 512, 100 * 512, 2));
    assertThat(
            Partitions.read(
                disk(
                    300 * 512,
                    new Entry(SWAP, 200, 100),
                    new Entry(LINUX, 100, 100),
                    new Entry(FAT, 8, 92))))
        .isEqualTo(new Partitions(8 * 512, 100 * 512, 2));
  }

  @Test
  void whatIsNoDiskImageIsTold() throws Exception {
    String message = "it is no disk image: it does not start with a master boot record";
    byte[] noise = new byte[4096];
    new Random(1).nextBytes(noise);
    noise[511] = 0;
    assertThatThrownBy(() -> Partitions.read(Files.write(folder.resolve("noise"), noise)))
        .hasMessage(message);
    assertThatThrownBy(() -> Partitions.read(Files.write(folder.resolve("none"), new byte[0])))
        .hasMessage(message);
    assertThatThrownBy(() -> Partitions.read(Files.write(folder.resolve("cut"), new byte[511])))
        .hasMessage(message);
  }

  @Test
  void aPartitionThatIsNotThereIsNamed() throws Exception {
    Path noFat = disk(300 * 512, new Entry(LINUX, 8, 92));
    assertThatThrownBy(() -> Partitions.read(noFat))
        .hasMessage("it has no boot partition with a FAT file system");
    Path noRoot = disk(300 * 512, new Entry(FAT, 8, 92), new Entry(LINUX, 0, 100));
    assertThatThrownBy(() -> Partitions.read(noRoot))
        .hasMessage("it has no root partition of Linux");
    Path protective = disk(300 * 512, new Entry(0xEE, 1, 299)); // a GUID partition table
    assertThatThrownBy(() -> Partitions.read(protective)).hasMessageContaining("no boot partition");
  }

  @Test
  void aDiskThatIsCutShortIsTold() throws Exception {
    Path cut = disk(299 * 512, new Entry(FAT, 8, 92), new Entry(LINUX, 100, 200));
    assertThatThrownBy(() -> Partitions.read(cut))
        .hasMessage("it is cut short: its partition 2 ends at byte 153600, and it has 153088");
    Path huge = disk(4096, new Entry(FAT, 1, 1), new Entry(LINUX, 0xFFFF_FFFFL, 0xFFFF_FFFFL));
    assertThatThrownBy(() -> Partitions.read(huge)).hasMessageContaining("cut short");
  }
}
