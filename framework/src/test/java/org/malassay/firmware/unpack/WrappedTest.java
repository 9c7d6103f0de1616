package org.malassay.firmware.unpack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.malassay.firmware.Part;
import org.malassay.firmware.Part.State;

/** An image that nobody understands, in a wrapper that is understood. */
class WrappedTest {
  private static final byte[] ENCRYPTED = encrypted();

  private static byte[] encrypted() {
    byte[] bytes = new byte[200_000];
    new Random(16).nextBytes(bytes);
    bytes[0] = 0; // no magic number of any format
    return bytes;
  }

  private static byte[] zip(String name, byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("readme.txt"));
      zip.write("Flash it.\n".repeat(5000).getBytes(UTF_8));
      zip.putNextEntry(new ZipEntry(name));
      zip.write(content);
    }
    return out.toByteArray();
  }

  @Test
  void anEncryptedImageInAZipIsAPartAndTheReadmeBesideItIsNone() throws Exception {
    Collected collected = Collected.of(zip("fw.bin", ENCRYPTED));
    assertThat(collected.parts())
        .extracting(Part::format, Part::state, Part::within)
        .containsExactly(
            tuple("zip", State.READ, ""), tuple("unknown", State.ENCRYPTED, "0x0.zip!/fw.bin"));
    assertThat(collected.parts().get(1).size()).isEqualTo(ENCRYPTED.length);
  }

  @Test
  void soItIsInACompressionAndInACompressionInAZip() throws Exception {
    byte[] gzip = CompressionTest.gzip(ENCRYPTED);
    assertThat(Collected.of(gzip).part("unknown"))
        .returns("0x0.gzip", Part::within)
        .returns(State.ENCRYPTED, Part::state);
    assertThat(Collected.of(zip("fw.gz", gzip)).part("unknown"))
        .returns("0x0.zip!/fw.gz!0x0.gzip", Part::within)
        .returns(State.ENCRYPTED, Part::state);
  }

  @Test
  void aFileInATreeOfFilesIsNoPartButOneInAnArchiveOfAFewIs() {
    ByteArrayOutputStream few = new ByteArrayOutputStream();
    Cpios.file(few, "etc/key", ENCRYPTED);
    Cpios.file(few, "bin/flash", Arrays.copyOf("\177ELF".getBytes(UTF_8), 100));
    ByteArrayOutputStream tree = new ByteArrayOutputStream();
    tree.writeBytes(few.toByteArray());
    for (int i = 0; i < Part.FEWEST_ENTRIES_OF_A_TREE; i++) {
      Cpios.file(tree, "etc/" + i, new byte[] {'x'});
    }
    Cpios.end(few);
    Cpios.end(tree);
    assertThat(Collected.of(tree.toByteArray()).parts("unknown")).isEmpty();
    assertThat(Collected.of(few.toByteArray()).part("unknown").within())
        .isEqualTo("0x0.cpio!/etc/key");
  }

  /** As is vmlinuz of MIPS, whose first code unpacks the rest. */
  @ParameterizedTest
  @CsvSource({"false, 80100000, true", "true, 80100000, true", "false, 00400000, false"})
  void aKernelInAnElfFileThatBeginsInKernelSpaceComesOut(
      boolean big, String entry, boolean comesOut) throws Exception {
    byte[] kernel = new byte[300_000];
    byte[] banner = "Linux version 5.4.1 (a@b) (gcc) #1 Mon".getBytes(UTF_8);
    System.arraycopy(banner, 0, kernel, 5000, banner.length);
    byte[] gzip = CompressionTest.gzip(kernel);
    ByteBuffer elf =
        ByteBuffer.allocate(70_000 + gzip.length)
            .order(big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    elf.put("\177ELF".getBytes(UTF_8)).put((byte) 1).put((byte) (big ? 2 : 1));
    elf.putInt(24, Integer.parseUnsignedInt(entry, 16));
    elf.position(70_000).put(gzip);

    Collected collected = Collected.of(zip("boot/vmlinuz", elf.array()));

    assertThat(collected.parts("gzip")).hasSize(comesOut ? 1 : 0);
    if (comesOut) {
      assertThat(collected.in("gzip")).containsOnlyKeys("/(kernel at 0x11170)");
    }
    assertThat(Collected.of(CompressionTest.gzip(elf.array())).entries())
        .as("it is a file itself, in a compression alone as well")
        .anyMatch(file -> Arrays.equals(file.content(), elf.array()));
  }
}
