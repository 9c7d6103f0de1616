package org.malassay.firmware.unpack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.malassay.firmware.Entry;
import org.malassay.firmware.Part;
import org.malassay.firmware.Part.State;

/** What containers say, and what lies where in them. */
class ContainerTest {
  @Test
  void uImageTellsItsNameAndHoldsAFileSystem() {
    Collected collected = Collected.of(new Image("uimage").kept());
    assertThat(collected.part("uimage"))
        .returns(State.READ, Part::state)
        .returns("\"known tree\", no compression", Part::detail);
    assertThat(collected.part("squashfs"))
        .returns("0x0.uimage", Part::within)
        .returns(64L, Part::at)
        .returns(State.READ, Part::state);
    assertThat(collected.entry("/etc/passwd").part())
        .isEqualTo(collected.parts().indexOf(collected.part("squashfs")));
  }

  @Test
  void aWrongChecksumIsSaidAndTheContentReadAllTheSame() {
    byte[] image = new Image("uimage").kept();
    image[image.length - 1] ^= 1; // padding of the file system
    Collected collected = Collected.of(image);
    assertThat(collected.part("uimage"))
        .returns(State.CUT, Part::state)
        .satisfies(
            it -> assertThat(it.detail()).contains("the checksum of its content is another"));
    assertThat(collected.entry("/etc/passwd").content()).asString().startsWith("root::0:0");
  }

  @Test
  void fitTellsItsImagesAndComparesTheirHashes() {
    byte[] image = new Image("fit").kept();
    assertThat(Collected.of(image).part("devicetree"))
        .returns(State.READ, Part::state)
        .returns("FIT with ramdisk-1", Part::detail);
    for (int i = 5000; i < 5020; i++) {
      image[i] ^= 1;
    }
    assertThat(Collected.of(image).part("devicetree"))
        .returns(State.CUT, Part::state)
        .satisfies(
            it -> assertThat(it.detail()).contains("the sha256 of image /ramdisk-1 is another"));
  }

  @Test
  void fitComparesNoMoreThanEightHashesOfAnImage() {
    ByteBuffer tree = ByteBuffer.allocate(4096);
    tree.position(56);
    begin(tree, "");
    begin(tree, "images");
    begin(tree, "kernel");
    property(tree, 0, "some words of a kernel".getBytes(UTF_8));
    for (int i = 0; i < 9; i++) {
      begin(tree, "hash-" + i);
      property(tree, 5, "crc32\0".getBytes(UTF_8));
      property(tree, 10, new byte[4]);
      tree.putInt(2);
    }
    tree.putInt(2).putInt(2).putInt(2).putInt(9);
    int strings = tree.position();
    tree.put("data\0algo\0value\0".getBytes(UTF_8));
    int size = (tree.position() + 3) / 4 * 4;
    tree.putInt(0, 0xd00dfeed).putInt(4, size).putInt(8, 56).putInt(12, strings).putInt(16, 40);
    tree.putInt(20, 17).putInt(24, 16).putInt(32, 16).putInt(36, strings - 56);

    Collected collected = Collected.of(Arrays.copyOf(tree.array(), size));

    assertThat(collected.part("devicetree").detail())
        .contains("the crc32 of image /kernel is another")
        .contains("image /kernel has more than 8 hashes, of which these are compared");
  }

  private static void begin(ByteBuffer tree, String name) {
    tree.putInt(1).put(name.getBytes(UTF_8)).put((byte) 0);
    tree.position((tree.position() + 3) / 4 * 4);
  }

  private static void property(ByteBuffer tree, int name, byte[] value) {
    tree.putInt(3).putInt(value.length).putInt(name).put(value);
    tree.position((tree.position() + 3) / 4 * 4);
  }

  @Test
  void aDeviceTreeThatIsLongerThanAFileMayBeIsNotCopied() {
    byte[] image = new Image("fit").kept();
    for (int i = 0; i + 6 < image.length; i++) {
      if (image[i] == 'i' && image[i + 1] == 'm' && image[i + 5] == 's' && image[i + 6] == 0) {
        image[i] = 'x'; // no node "images": a device tree
      }
    }
    Bounds bounds = new Bounds(4, 1000, 1 << 24, 2000, java.time.Duration.ofSeconds(10));
    assertThat(Collected.of(image, bounds).part("devicetree").detail())
        .contains("a device tree of %d bytes is longer than 2000".formatted(image.length));
  }

  @Test
  void whatABlockListMakesOfAFewBytesIsBoundedLikeBytes() {
    Bounds bounds = new Bounds(4, 1000, 1 << 16, 1 << 16, java.time.Duration.ofSeconds(10));
    assertThat(Collected.of(new Image("sparse").kept(), bounds).parts("sparse").toList())
        .first()
        .satisfies(it -> assertThat(it.detail()).contains("are too many"));
    assertThat(Collected.of(new Image("ubi").kept(), bounds).parts("ubi").toList())
        .first()
        .satisfies(it -> assertThat(it.detail()).contains("which are too many"));
  }

  @Test
  void aDiskHoldsAFileSystemInEachOfItsPartitions() {
    Collected mbr = Collected.of(new Image("mbr").kept());
    mbr.isSane(3 << 20);
    assertThat(mbr.part("disk")).returns("MBR, 2 partitions", Part::detail);
    assertThat(mbr.part("ext")).returns(64 * 512L, Part::at).returns(State.READ, Part::state);
    assertThat(mbr.part("squashfs"))
        .returns(2624 * 512L, Part::at)
        .returns(State.READ, Part::state);
    Collected gpt = Collected.of(new Image("gpt").kept());
    gpt.isSane(2 << 20);
    assertThat(gpt.part("disk")).returns("GPT, 1 partitions", Part::detail);
    assertThat(gpt.part("ext")).returns(64 * 512L, Part::at).returns(State.READ, Part::state);
  }

  @Test
  void aSparseImageHoldsAnImage() {
    Collected collected = Collected.of(new Image("sparse").kept());
    assertThat(collected.part("sparse")).returns(State.READ, Part::state);
    assertThat(collected.part("ext"))
        .returns("0x0.sparse!/image", Part::within)
        .returns(State.READ, Part::state);
    assertThat(Arrays.equals(collected.entry("/usr/share/words").content(), KnownTree.words()))
        .isTrue();
  }

  @Test
  void trxHoldsPartitionsAndItsChecksumIsCompared() throws Exception {
    byte[] kernel =
        CompressionTest.gzip("Linux version 3.10.14 (a kernel)\n".repeat(99).getBytes(UTF_8));
    byte[] root = new Image("squashfs-xz").kept();
    for (int version = 1; version <= 2; version++) {
      byte[] trx = trx(version, kernel, root);
      Collected collected = Collected.of(trx);
      collected.isSane(trx.length);
      assertThat(collected.part("trx"))
          .returns(State.READ, Part::state)
          .returns("version " + version, Part::detail);
      assertThat(collected.part("squashfs").state()).isEqualTo(State.READ);
      assertThat(collected.entry("/(kernel at 0x%x)".formatted(version == 1 ? 28 : 32)).content())
          .asString()
          .startsWith("Linux version 3.10.14");
      trx[trx.length - 1] ^= 1;
      assertThat(Collected.of(trx).part("trx"))
          .returns(State.CUT, Part::state)
          .satisfies(it -> assertThat(it.detail()).contains("its checksum is another"));
    }
  }

  /** No package of Debian's makes one: as OpenWrt's trx.c lays it out. */
  static byte[] trx(int version, byte[] kernel, byte[] root) {
    int header = version == 1 ? 28 : 32;
    int rootAt = (header + kernel.length + 3) / 4 * 4;
    ByteBuffer trx = ByteBuffer.allocate(rootAt + root.length).order(ByteOrder.LITTLE_ENDIAN);
    trx.put("HDR0".getBytes(UTF_8)).putInt(trx.capacity()).putInt(0).putShort((short) 0);
    trx.putShort((short) version).putInt(header).putInt(rootAt);
    trx.position(header).put(kernel);
    trx.position(rootAt).put(root);
    java.util.zip.CRC32 crc = new java.util.zip.CRC32();
    crc.update(trx.array(), 12, trx.capacity() - 12);
    return trx.putInt(8, (int) ~crc.getValue()).array();
  }

  @Test
  void anArchiveInAFileSystemInAnArchiveIsReadDownToTheDepth() throws Exception {
    byte[] image = CompressionTest.gzip(new Image("tar-gnu").kept());
    for (int i = 0; i < 3; i++) {
      image = CompressionTest.gzip(image);
    }
    Collected all = Collected.of(image);
    assertThat(all.parts("gzip")).hasSize(4);
    assertThat(all.part("tar"))
        .returns("0x0.gzip!0x0.gzip!0x0.gzip!0x0.gzip", Part::within)
        .returns(State.READ, Part::state);
    Collected some =
        Collected.of(
            image, new Bounds(2, 1000, 1 << 24, 1 << 24, java.time.Duration.ofSeconds(10)));
    assertThat(some.parts("tar")).isEmpty();
    assertThat(some.parts().get(2))
        .returns(State.CUT, Part::state)
        .returns("lies deeper than 2 formats within each other", Part::detail);
  }

  @Test
  void aFileOfAFileSystemIsLookedInto() {
    ByteArrayOutputStream cpio = new ByteArrayOutputStream();
    byte[] inner = new Image("tar-pax").kept();
    Cpios.file(cpio, "root/firmware.tar", inner);
    Cpios.end(cpio);
    Collected collected = Collected.of(cpio.toByteArray());
    assertThat(collected.part("tar").within()).isEqualTo("0x0.cpio!/root/firmware.tar");
    assertThat(collected.entry("/etc/passwd").part())
        .isEqualTo(collected.parts().indexOf(collected.part("tar")));
    assertThat(collected.entries().get(0)).returns("/root/firmware.tar", Entry::path);
  }

  @Test
  void theBoundOfEntriesEndsTheReadingAndWhatIsLeftHasAPart() {
    byte[] one = new Image("cpio-newc").kept();
    byte[] image = Arrays.copyOf(one, 2 * one.length);
    System.arraycopy(one, 0, image, one.length, one.length);
    Collected collected =
        Collected.of(image, new Bounds(4, 5, 1 << 24, 1 << 24, java.time.Duration.ofSeconds(10)));
    assertThat(collected.entries()).hasSize(5);
    assertThat(collected.part("cpio"))
        .returns(State.CUT, Part::state)
        .satisfies(it -> assertThat(it.detail()).contains("more than 5 entries in one image"));
    collected.isSane(image.length);
  }

  @Test
  void aKernelAsItIsIsAFileWithWhatIsEmbeddedInIt() throws Exception {
    ByteArrayOutputStream image = new ByteArrayOutputStream();
    image.writeBytes(new byte[8192]);
    int begin = image.size();
    image.writeBytes("code ".repeat(1000).getBytes(UTF_8));
    image.writeBytes("Linux version 4.4.60 (builder@host) #1 SMP\n\0IKCFG_ST".getBytes(UTF_8));
    image.writeBytes(CompressionTest.gzip("CONFIG_SECCOMP=y\n".repeat(500).getBytes(UTF_8)));
    image.writeBytes("IKCFG_ED more code".repeat(100).getBytes(UTF_8));
    int end = image.size();
    image.writeBytes(new byte[1 << 17]);

    Collected collected = Collected.of(image.toByteArray());

    collected.isSane(image.size());
    Entry kernel = collected.entry("/(kernel at 0x%x)".formatted(begin));
    assertThat(kernel.content()).isEqualTo(Arrays.copyOfRange(image.toByteArray(), begin, end));
    assertThat(collected.part("kernel")).returns(State.READ, Part::state);
    assertThat(collected.part("gzip").state()).isEqualTo(State.READ);
    assertThat(collected.parts().stream().map(Part::state).filter(it -> it == State.PADDING))
        .hasSize(2);
  }

  @Test
  void ofADecompressedKernelAllIsAFileAndWhatIsEmbeddedIsRead() throws Exception {
    ByteArrayOutputStream kernel = new ByteArrayOutputStream();
    kernel.writeBytes("code ".repeat(1000).getBytes(UTF_8));
    kernel.writeBytes("Linux version 5.15.0 (builder@host) #1\n".getBytes(UTF_8));
    kernel.writeBytes(new byte[-kernel.size() & 3]);
    kernel.writeBytes(new Image("cpio-newc").kept());
    byte[] image = CompressionTest.gzip(kernel.toByteArray());

    Collected collected = Collected.of(image);

    assertThat(collected.entry("/(kernel at 0x0)").content()).isEqualTo(kernel.toByteArray());
    assertThat(collected.part("cpio")).returns("0x0.gzip", Part::within);
    assertThat(collected.entry("/etc/passwd").content()).asString().startsWith("root:");
    assertThat(collected.parts()).extracting(Part::format).isEqualTo(List.of("gzip", "cpio"));
  }
}
