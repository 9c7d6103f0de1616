package org.malassay.firmware.unpack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.malassay.firmware.Part;
import org.malassay.firmware.Part.State;

/** Images of mkfs.ubifs, by themselves and in one of ubinize. */
class UbiFsTest extends FormatContract {
  UbiFsTest() {
    super("ubifs", "ubifs-lzo", "ubifs-zlib", "ubifs-zstd", "ubi");
  }

  private static int eraseBlock(byte[] ubi) {
    int size = 1 << 14;
    while (!Source.of(ubi).startsWith(size, "UBI#")) {
      size *= 2;
    }
    return size;
  }

  /** The second block is the other copy of the layout, whose place a bad one has here. */
  @ParameterizedTest
  @ValueSource(bytes = {-1, 0})
  void aBadEraseBlockDoesNotEndTheImage(byte value) {
    byte[] image = new Image("ubi").kept();
    int block = eraseBlock(image);
    Arrays.fill(image, block, 2 * block, value);

    Collected collected = Collected.of(image);

    collected.isSane(image.length);
    holdsTheTree(collected.in("ubifs"));
    Part ubi = collected.part("ubi");
    if (value == -1) {
      assertThat(ubi.state()).as("one that is erased holds nothing").isEqualTo(State.READ);
    } else {
      assertThat(ubi.state()).isEqualTo(State.CUT);
      assertThat(ubi.detail()).contains("the erase block at 0x%x has no header".formatted(block));
    }
  }

  /** As a dump lacks them whose reader skipped bad blocks: nothing but the index misses them. */
  @Test
  void blocksThatAreGoneAreMissedByTheIndex() {
    byte[] image = new Image("ubifs-zlib").kept();
    int block = (int) leBlock(image);
    int told = 0;
    for (int at = 3 * block; at + block <= image.length; at += block) {
      byte[] without = image.clone();
      Arrays.fill(without, at, at + block, (byte) -1);
      if (Arrays.equals(without, image)) {
        continue;
      }

      Collected collected = Collected.of(without);

      collected.isSane(image.length);
      Part part = collected.part("ubifs");
      if (!collected.in("ubifs").keySet().equals(Collected.of(image).in("ubifs").keySet())) {
        assertThat(part.state()).as("without the block at 0x%x: %s", at, part).isEqualTo(State.CUT);
        assertThat(part.detail())
            .containsPattern(
                "of the \\d+ nodes that its index names|the inode of its root is not there");
        told++;
      }
    }
    assertThat(told).isPositive();
  }

  /** What a forged index names must not keep from being read what is there. */
  @Test
  void anIndexThatLeadsNowhereHidesNoFile() throws Exception {
    byte[] image = new Image("ubifs-zlib").kept();
    ByteBuffer nodes = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
    int masters = 0;
    for (int at = 0; at + 64 <= image.length; at += 8) {
      if (nodes.getInt(at) == 0x06101831 && image[at + 20] == 7) {
        nodes.putInt(at + 48, (int) (image.length / leBlock(image)) - 1);
        nodes.putInt(at + 52, (int) leBlock(image) - 24);
        int length = nodes.getInt(at + 16);
        nodes.putInt(at + 4, (int) Crc.ofLinux(Arrays.copyOfRange(image, at + 8, at + length), -1));
        masters++;
      }
    }
    assertThat(masters).isPositive();

    Collected collected = Collected.of(image);

    holdsTheTree(collected.in("ubifs"));
    assertThat(collected.part("ubifs").state()).isEqualTo(State.CUT);
    assertThat(collected.part("ubifs").detail()).contains("1 of the 1 nodes that its index names");
  }

  private static long leBlock(byte[] ubifs) {
    try {
      return Source.of(ubifs).le().u32(36);
    } catch (DamagedException e) {
      throw new AssertionError(e);
    }
  }
}
