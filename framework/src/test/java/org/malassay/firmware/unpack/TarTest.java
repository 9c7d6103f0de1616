package org.malassay.firmware.unpack;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.malassay.firmware.Entry;
import org.malassay.firmware.Entry.Kind;
import org.malassay.firmware.Part;
import org.malassay.firmware.Part.State;

/** Archives of tar. */
class TarTest extends FormatContract {
  TarTest() {
    super("tar", "tar-gnu", "tar-pax");
  }

  /** Of GNU's old format; what is given is put in before the checksum is made. */
  private static byte[] header(String name, char type, int size, String sparse) {
    ByteBuffer header = ByteBuffer.allocate(512);
    header.put(name.getBytes(US_ASCII));
    header.position(100).put("0000644\0000000000\0000000000\0".getBytes(US_ASCII));
    header.position(124).put("%011o\00000000000000\0".formatted(size).getBytes(US_ASCII));
    header.position(148).put("        ".getBytes(US_ASCII)).put((byte) type);
    header.position(257).put("ustar  \0".getBytes(US_ASCII));
    header.position(386).put(sparse.getBytes(US_ASCII));
    int sum = 0;
    for (byte one : header.array()) {
      sum += one & 0xff;
    }
    header.position(148).put("%06o\0 ".formatted(sum).getBytes(US_ASCII));
    return header.array();
  }

  private static byte[] tar(byte[] header, byte[] content) {
    byte[] tar = Arrays.copyOf(header, 512 + content.length + 1024);
    System.arraycopy(content, 0, tar, 512, content.length);
    return tar;
  }

  @Test
  void aFileWithHolesIsAsLongAsItIsWithThem() {
    byte[] content = new byte[512];
    Arrays.fill(content, (byte) 'x');
    String map = "%011o\0%011o\0%011o\0%011o\0".formatted(1024, 512, 5000, 0);
    String sparse = map + "\0".repeat(2 * 24 + 1) + "%011o\0".formatted(5000);
    byte[] expected = new byte[5000];
    Arrays.fill(expected, 1024, 1536, (byte) 'x');

    Collected collected = Collected.of(tar(header("holes", 'S', 512, sparse), content));

    assertThat(collected.part("tar").state()).isEqualTo(State.READ);
    assertThat(collected.entry("/holes"))
        .returns(Kind.FILE, Entry::kind)
        .satisfies(it -> assertThat(it.content()).isEqualTo(expected));
  }

  @Test
  void aNameOfMegabytesIsNotKept() {
    byte[] name = new byte[2 << 20];
    Arrays.fill(name, (byte) 'a');
    assertThat(Collected.of(tar(header("././@LongLink", 'L', name.length, ""), name)).part("tar"))
        .satisfies(it -> assertThat(it.detail()).contains("a name or header of 2097152 bytes"))
        .returns(0L, Part::entries);
  }
}
