package org.malassay.firmware.unpack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.malassay.firmware.Entry;
import org.malassay.firmware.Entry.Kind;
import org.malassay.firmware.Part;
import org.malassay.firmware.Part.State;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.LZMAOutputStream;

/**
 * squashfs 3.1, which no program of Debian's makes any more and devices are full of. The images are
 * made here; that they are right, unsquashfs says in a slow test.
 */
class SquashFs3Test {
  /** How blocks are compressed. */
  interface Compressor {
    byte[] compress(byte[] block) throws IOException;
  }

  static byte[] zlib(byte[] block) {
    Deflater deflater = new Deflater(9);
    deflater.setInput(block);
    deflater.finish();
    byte[] out = new byte[block.length + 100];
    int n = deflater.deflate(out);
    deflater.end();
    return Arrays.copyOf(out, n);
  }

  private static byte[] lzma(byte[] block) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (LZMAOutputStream lzma = new LZMAOutputStream(out, new LZMA2Options(6), block.length)) {
      lzma.write(block);
    }
    return out.toByteArray();
  }

  /** Writes bit fields as C compilers of either byte order do. */
  private static final class Bits {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final boolean big;
    private int octet;
    private int used;

    Bits(boolean big) {
      this.big = big;
    }

    Bits put(long value, int length) {
      for (int i = 0; i < length; i++) {
        long bit = (big ? value >> (length - 1 - i) : value >> i) & 1;
        octet |= (int) bit << (big ? 7 - used : used);
        if (++used == 8) {
          out.write(octet);
          octet = 0;
          used = 0;
        }
      }
      return this;
    }

    Bits put(byte[] bytes) {
      out.writeBytes(bytes);
      return this;
    }

    byte[] bytes() {
      return out.toByteArray();
    }
  }

  /** One image: fragments for what does not fill a block, metadata of blocks of 8 KiB. */
  private static final class Writer {
    private static final int BLOCK = 1 << 16;
    private static final int BLOCK_BITS = 16;
    private static final long NONE = 0xffffffffL;

    private final boolean big;
    private final String magic;
    private final Compressor compressor;
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private final ByteArrayOutputStream inodes = new ByteArrayOutputStream();
    private final ByteArrayOutputStream folders = new ByteArrayOutputStream();
    private final ByteArrayOutputStream fragment = new ByteArrayOutputStream();
    private int count;

    Writer(boolean big, String magic, Compressor compressor) {
      this.big = big;
      this.magic = magic;
      this.compressor = compressor;
      data.writeBytes(new byte[119]);
    }

    private Bits bits() {
      return new Bits(big);
    }

    /** All is in one block of metadata: the reference is the place in it. */
    private int inode(int type, int mode, Bits rest) {
      int at = inodes.size();
      inodes.writeBytes(
          bits()
              .put(type, 4)
              .put(mode, 12)
              .put(0, 8)
              .put(0, 8)
              .put(0, 32)
              .put(++count, 32)
              .bytes());
      inodes.writeBytes(rest.bytes());
      return at;
    }

    int file(int mode, byte[] content) throws IOException {
      long start = data.size();
      Bits list = bits();
      int full = content.length / BLOCK;
      for (int i = 0; i < full; i++) {
        byte[] block = Arrays.copyOfRange(content, i * BLOCK, (i + 1) * BLOCK);
        byte[] compressed = compressor.compress(block);
        list.put(compressed.length, 32);
        data.writeBytes(compressed);
      }
      int at = fragment.size();
      byte[] tail = Arrays.copyOfRange(content, full * BLOCK, content.length);
      fragment.writeBytes(tail);
      return inode(
          2,
          mode,
          bits()
              .put(start, 64)
              .put(tail.length == 0 ? NONE : 0, 32)
              .put(at, 32)
              .put(content.length, 32)
              .put(list.bytes()));
    }

    int link(String target) {
      byte[] bytes = target.getBytes(UTF_8);
      return inode(3, 0777, bits().put(1, 32).put(bytes.length, 16).put(bytes));
    }

    /**
     * @param members place and type by name
     */
    int folder(int mode, Map<String, int[]> members) {
      int at = folders.size();
      if (!members.isEmpty()) {
        folders.writeBytes(bits().put(members.size() - 1, 8).put(0, 32).put(1, 32).bytes());
        members.forEach(
            (name, member) -> {
              byte[] bytes = name.getBytes(UTF_8);
              folders.writeBytes(
                  bits()
                      .put(member[0], 13)
                      .put(member[1], 3)
                      .put(bytes.length - 1, 8)
                      .put(0, 16)
                      .put(bytes)
                      .bytes());
            });
      }
      return inode(
          1,
          mode,
          bits().put(2, 32).put(folders.size() - at + 3, 19).put(at, 13).put(0, 32).put(1, 32));
    }

    private byte[] metadata(byte[] plain) throws IOException {
      byte[] compressed = compressor.compress(plain);
      return compressed.length < plain.length
          ? bits().put(compressed.length, 16).put(compressed).bytes()
          : bits().put(plain.length | 0x8000, 16).put(plain).bytes();
    }

    byte[] image(int root) throws IOException {
      assertThat(inodes.size()).as("one block of metadata").isLessThan(8192);
      long fragmentAt = data.size();
      byte[] packed = compressor.compress(fragment.toByteArray());
      data.writeBytes(packed);
      final long inodeTable = data.size();
      data.writeBytes(metadata(inodes.toByteArray()));
      final long folderTable = data.size();
      data.writeBytes(metadata(folders.toByteArray()));
      long entries = data.size();
      data.writeBytes(
          metadata(bits().put(fragmentAt, 64).put(packed.length, 32).put(0, 32).bytes()));
      final long fragmentTable = data.size();
      data.writeBytes(bits().put(entries, 64).bytes());
      long users = data.size();
      data.writeBytes(bits().put(0, 32).put(0, 32).bytes());
      byte[] image = data.toByteArray();
      byte[] header =
          bits()
              .put(magic.getBytes(UTF_8))
              .put(count, 32)
              .put(0, 160)
              .put(3, 16)
              .put(1, 16)
              .put(0, 16)
              .put(BLOCK_BITS, 16)
              .put(0, 8)
              .put(1, 8)
              .put(1, 8)
              .put(0, 32)
              .put(root, 64)
              .put(BLOCK, 32)
              .put(1, 32)
              .put(0, 32)
              .put(image.length, 64)
              .put(users, 64)
              .put(users + 4, 64)
              .put(inodeTable, 64)
              .put(folderTable, 64)
              .put(fragmentTable, 64)
              .put(-1, 64)
              .bytes();
      System.arraycopy(header, 0, image, 0, header.length);
      return image;
    }
  }

  static byte[] knownTree(boolean big, String magic, Compressor compressor) throws IOException {
    Writer writer = new Writer(big, magic, compressor);
    return writer.image(folder(writer, ""));
  }

  private static int folder(Writer writer, String path) throws IOException {
    Map<String, int[]> members = new TreeMap<>();
    for (Map.Entry<String, byte[]> file : KnownTree.files().entrySet()) {
      if (liesIn(path, file.getKey())) {
        int mode = KnownTree.MODES.getOrDefault(file.getKey(), 0644);
        members.put(name(file.getKey()), new int[] {writer.file(mode, file.getValue()), 2});
      }
    }
    for (Map.Entry<String, String> link : KnownTree.LINKS.entrySet()) {
      if (liesIn(path, link.getKey())) {
        members.put(name(link.getKey()), new int[] {writer.link(link.getValue()), 3});
      }
    }
    List<String> folders = new ArrayList<>(KnownTree.FOLDERS.keySet());
    for (String folder : folders) {
      if (liesIn(path, folder)) {
        members.put(name(folder), new int[] {folder(writer, folder), 1});
      }
    }
    return writer.folder(path.isEmpty() ? 0755 : KnownTree.FOLDERS.get(path), members);
  }

  private static boolean liesIn(String parent, String child) {
    return child.substring(0, child.lastIndexOf('/')).equals(parent);
  }

  private static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  @ParameterizedTest
  @CsvSource({
    "false, hsqs, zlib",
    "true, sqsh, zlib",
    "false, shsq, lzma",
    "true, qshs, lzma",
    "false, hsqt, lzma",
    "true, tqsh, zlib"
  })
  void theTreeComesOutOfBothOrdersAndTheVendorsVariants(
      boolean big, String magic, String compression) throws Exception {
    byte[] image =
        knownTree(
            big, magic, compression.equals("zlib") ? SquashFs3Test::zlib : SquashFs3Test::lzma);

    Collected collected = Collected.of(image);

    collected.isSane(image.length);
    assertThat(collected.part("squashfs"))
        .returns(State.READ, Part::state)
        .returns(
            "version 3.1, %s endian, %s, blocks of 65536"
                .formatted(big ? "big" : "little", compression),
            Part::detail);
    Map<String, Entry> entries = collected.in("squashfs");
    KnownTree.files()
        .forEach(
            (path, content) -> {
              assertThat(Arrays.equals(entries.get(path).content(), content)).as(path).isTrue();
              assertThat(entries.get(path).mode())
                  .isEqualTo(KnownTree.MODES.getOrDefault(path, 0644));
            });
    KnownTree.LINKS.forEach(
        (path, target) -> assertThat(entries.get(path).target()).isEqualTo(target));
    KnownTree.FOLDERS.forEach(
        (path, mode) ->
            assertThat(entries.get(path))
                .returns(Kind.FOLDER, Entry::kind)
                .returns(mode, Entry::mode));
    assertThat(entries)
        .hasSize(KnownTree.files().size() + KnownTree.LINKS.size() + KnownTree.FOLDERS.size());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Tag("slow")
  void unsquashfsReadsTheSameImages(boolean big, @TempDir Path folder) throws Exception {
    Path image =
        Files.write(
            folder.resolve("image"), knownTree(big, big ? "sqsh" : "hsqs", SquashFs3Test::zlib));
    Path out = folder.resolve("out");
    Process process =
        new ProcessBuilder("unsquashfs", "-n", "-no-xattrs", "-d", out.toString(), image.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    for (Map.Entry<String, byte[]> file : KnownTree.files().entrySet()) {
      assertThat(Files.readAllBytes(out.resolve(file.getKey().substring(1))))
          .isEqualTo(file.getValue());
    }
    assertThat(Files.readSymbolicLink(out.resolve("bin/sh"))).hasToString("busybox");
  }

  @Test
  void whatNoCompressionFitsIsUnsupportedAndSaysWhatWouldReadIt() throws Exception {
    byte[] image =
        knownTree(
            false,
            "hsqs",
            block -> {
              byte[] scrambled = zlib(block);
              for (int i = 0; i < scrambled.length; i++) {
                scrambled[i] ^= 0x5a;
              }
              return scrambled;
            });
    assertThat(Collected.of(image).part("squashfs"))
        .returns(State.UNSUPPORTED, Part::state)
        .satisfies(it -> assertThat(it.detail()).contains("sasquatch"));
  }

  @Test
  void blocksOfLessThan4096BytesAreNoSquashfs() throws Exception {
    byte[] image = knownTree(false, "hsqs", SquashFs3Test::zlib);
    ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN).putShort(34, (short) 0).putInt(51, 1);
    assertThat(Collected.of(image).parts("squashfs")).isEmpty();
  }

  @Test
  void nothingInItBreaksTheReader() throws Exception {
    FormatContract.mutate("squashfs 3", knownTree(true, "sqsh", SquashFs3Test::zlib), 200);
  }
}
