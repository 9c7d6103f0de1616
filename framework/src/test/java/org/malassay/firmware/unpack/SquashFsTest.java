package org.malassay.firmware.unpack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.malassay.firmware.Entry;
import org.malassay.firmware.Entry.Kind;

/** Images of mksquashfs. */
class SquashFsTest extends FormatContract {
  SquashFsTest() {
    super(
        "squashfs",
        "squashfs-gzip",
        "squashfs-xz",
        "squashfs-lzma",
        "squashfs-lzo",
        "squashfs-lz4",
        "squashfs-zstd",
        "squashfs-small",
        "squashfs-plain");
  }

  @Test
  void aBlockThatIsLongerCompressedThanPlainIsDamage() {
    byte[] words = KnownTree.words();
    int stored = 0x21000; // a block has 0x20000
    byte[] plain = new Image("squashfs-plain").kept();
    byte[] image = Arrays.copyOf(plain, plain.length + stored);
    Deflater deflater = new Deflater();
    deflater.setInput(words, 0, 0x20000);
    deflater.finish();
    deflater.deflate(image, plain.length, stored);
    ByteBuffer header = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
    header.putLong(40, image.length);
    int size = (int) header.getLong(64); // of the file, in its inode
    while (header.getInt(size) != words.length) {
      size++;
    }
    header.putInt(size - 12, plain.length).putInt(size + 4, stored);

    Collected collected = Collected.of(image);

    assertThat(collected.entry("/usr/share/words")).returns(Kind.CUT_FILE, Entry::kind);
    assertThat(collected.part("squashfs").detail())
        .contains("/usr/share/words: a block of 135168 bytes, of 131072 at most");
  }
}
