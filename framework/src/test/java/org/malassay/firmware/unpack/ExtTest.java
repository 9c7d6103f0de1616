package org.malassay.firmware.unpack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.malassay.firmware.Part;
import org.malassay.firmware.Part.State;

/** Images of mke2fs. */
@SuppressWarnings("ByteBufferBackingArray") // every buffer here wraps an array of its own
class ExtTest extends FormatContract {
  private static final int SUPERBLOCK = 1024;
  private static final int DESCRIPTORS = 2048;

  ExtTest() {
    super("ext", "ext4", "ext2", "ext3", "ext4-inline");
  }

  private static ByteBuffer image(String name, int length) {
    byte[] kept = new Image(name).kept();
    return ByteBuffer.wrap(Arrays.copyOf(kept, Math.max(length, kept.length)))
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  @Test
  void theContentsOfFoldersWithinEachOtherAreBoundedTogether() {
    ByteBuffer image = image("ext4", 0);
    int table = image.getInt(DESCRIPTORS + 8) * 1024;
    int inode = image.getShort(SUPERBLOCK + 88);
    String bytes = new String(image.array(), ISO_8859_1);
    int usr = image.getInt(bytes.indexOf("\3\2usr") - 6);
    for (int number : new int[] {2, usr}) {
      image.putInt(table + (number - 1) * inode + 4, 9 << 20); // what follows is holes
    }

    Collected collected = Collected.of(image.array());

    assertThat(collected.part("ext"))
        .returns(State.CUT, Part::state)
        .satisfies(
            it ->
                assertThat(it.detail())
                    .contains("/usr: a folder of 9437184 bytes, in others of 9437184"));
    assertThat(collected.entry("/etc/passwd").content()).isNotEmpty();
  }

  /** Each group has one block of inodes, four groups a block of descriptors: a meta group. */
  @Test
  void theDescriptorsOfAMetaGroupWithoutASuperblockLieAtItsBeginning() {
    int group = image("ext4-inline", 0).capacity() / 1024 / 4 + 1; // in blocks
    ByteBuffer image = image("ext4-inline", 8 * group * 1024);
    int table = image.getInt(DESCRIPTORS + 8);
    image.putInt(SUPERBLOCK + 4, 8 * group).putInt(SUPERBLOCK + 32, group);
    image.putInt(SUPERBLOCK + 40, 1024 / image.getShort(SUPERBLOCK + 88));
    image.putInt(SUPERBLOCK + 96, image.getInt(SUPERBLOCK + 96) | 0x10);
    image.putShort(SUPERBLOCK + 254, (short) 256).putInt(SUPERBLOCK + 260, 0);
    for (int i = 0; i < 8; i++) {
      int at = i < 4 ? DESCRIPTORS : (4 * group + 1) * 1024; // group 4 is no power of 3, 5 or 7
      image.put(at + i % 4 * 256, new byte[256]).putInt(at + i % 4 * 256 + 8, table + i);
    }

    Collected collected = Collected.of(image.array());

    assertThat(collected.part("ext").state()).isEqualTo(State.READ);
    holdsTheTree(collected.in("ext"));
  }
}
