package org.malassay.firmware.unpack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** An image of genromfs, which keeps no modes. */
class RomFsTest extends FormatContract {
  RomFsTest() {
    super("romfs", "romfs");
  }

  @Override
  boolean keepsModes() {
    return false;
  }

  @Test
  void aHardLinkIsTheFile() {
    byte[] image = new Image("romfs").kept();
    int link = header(image, "empty");
    ByteBuffer words = ByteBuffer.wrap(image);
    words.putInt(link, words.getInt(link) & ~7).putInt(link + 4, header(image, "passwd"));
    words.putInt(12, 0); // the sum of the first 512 bytes is 0
    int sum = 0;
    for (int at = 0; at < 512; at += 4) {
      sum += words.getInt(at);
    }
    words.putInt(12, -sum);

    Collected collected = Collected.of(image);

    assertThat(collected.entry("/etc/empty").content())
        .isEqualTo(collected.entry("/etc/passwd").content())
        .isNotEmpty();
  }

  private static int header(byte[] image, String name) {
    return new String(image, ISO_8859_1).indexOf(name + "\0") - 16;
  }
}
