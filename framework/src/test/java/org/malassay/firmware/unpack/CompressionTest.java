package org.malassay.firmware.unpack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.malassay.firmware.Entry;
import org.malassay.firmware.Part;
import org.malassay.firmware.Part.State;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** One compressed content, by the programs of Debian. */
class CompressionTest {
  @ParameterizedTest
  @CsvSource({
    "gzip, gzip",
    "xz, xz",
    "lzma, lzma",
    "bzip2, bzip2",
    "lz4, lz4",
    "lz4-linked, lz4",
    "lz4-legacy, lz4",
    "lzop, lzop",
    "zstd, zstd"
  })
  void theContentComesOutWhateverLiesAround(String image, String format) {
    byte[] compressed = new Image(image).kept();
    byte[] all = new byte[0x2000 + compressed.length + 0x2000];
    Arrays.fill(all, 0, 0x2000, (byte) 0xff);
    System.arraycopy(compressed, 0, all, 0x2000, compressed.length);

    Collected collected = Collected.of(all);

    collected.isSane(all.length);
    Part part = collected.part(format);
    assertThat(part)
        .returns(State.READ, Part::state)
        .returns(0x2000L, Part::at)
        .returns((long) compressed.length, Part::size);
    assertThat(collected.entries()).hasSize(1);
    Entry content = collected.entries().get(0);
    assertThat(content.path()).isEqualTo("/(content at 0x2000)");
    assertThat(Arrays.equals(content.content(), KnownTree.words())).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "gzip, gzip",
    "xz, xz",
    "lzma, lzma",
    "bzip2, bzip2",
    "lz4, lz4",
    "lzop, lzop",
    "zstd, zstd"
  })
  void ofOneThatEndsEarlyWhatIsThereComesOutAndIsToldCut(String image, String format) {
    byte[] compressed = new Image(image).kept();
    byte[] half = Arrays.copyOf(compressed, compressed.length * 3 / 4);

    Collected collected = Collected.of(half);

    collected.isSane(half.length);
    if (collected.parts(format).findAny().isPresent()) {
      assertThat(collected.part(format).state()).isEqualTo(State.CUT);
      for (Entry entry : collected.entries()) {
        byte[] some = Arrays.copyOf(KnownTree.words(), entry.content().length);
        assertThat(Arrays.equals(entry.content(), some)).isTrue();
      }
    } else {
      // One block holds all of it, and the magic number alone is too short to tell.
      assertThat(format).isIn("lz4", "zstd");
    }
  }

  @ParameterizedTest
  @CsvSource({"gzip", "xz", "lzma", "bzip2", "lz4", "lz4-linked", "lz4-legacy", "lzop", "zstd"})
  void nothingInItBreaksTheReader(String image) {
    FormatContract.mutate(image, new Image(image).kept(), 100);
  }

  @Test
  void theNameInTheHeaderOfGzipIsThatOfTheContent() throws Exception {
    byte[] image = {
      0x1f,
      (byte) 0x8b,
      8,
      8,
      0,
      0,
      0,
      0,
      0,
      3,
      '.',
      '.',
      '/',
      'a',
      '\n',
      '.',
      '.',
      0,
      3,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      0
    };
    assertThat(Collected.of(image).entries()).singleElement().returns("/a\\n..", Entry::path);
  }

  @Test
  void membersOfGzipThatFollowEachOtherAreOneContent() throws Exception {
    ByteArrayOutputStream image = new ByteArrayOutputStream();
    image.writeBytes(gzip("first ".getBytes(UTF_8)));
    image.writeBytes(gzip("second".getBytes(UTF_8)));
    assertThat(Collected.of(image.toByteArray()).entries())
        .singleElement()
        .satisfies(it -> assertThat(it.content()).asString().isEqualTo("first second"));
  }

  @Test
  void theMagicNumbersOfCompressionsInRandomBytesAreNoParts() {
    byte[] image = new byte[1 << 20];
    new Random(7).nextBytes(image);
    byte[] gzip = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 3};
    byte[] lzma = {0x5d, 0, 0, (byte) 0x80, 0, -1, -1, -1, -1, -1, -1, -1, -1, 0};
    for (int at = 0; at + 64 < image.length; at += 4096) {
      byte[] magic = at % 8192 == 0 ? gzip : lzma;
      System.arraycopy(magic, 0, image, at, magic.length);
    }
    assertThat(Collected.of(image).parts()).singleElement().returns(State.ENCRYPTED, Part::state);
  }

  @Test
  void aBombIsCutAtTheBound() throws Exception {
    byte[] image = gzip(new byte[64 << 20]);
    Collected collected = Collected.of(image, FormatContract.TIGHT);
    assertThat(collected.part("gzip"))
        .returns(State.CUT, Part::state)
        .satisfies(
            it -> assertThat(it.detail()).contains("decompresses to more than 4194304 bytes"));
    assertThat(collected.entries()).singleElement().returns(Entry.Kind.CUT_FILE, Entry::kind);
  }

  @Test
  void lengthsThatNeverEndAreDamage() {
    byte[] lz4 = new byte[9 << 20];
    Arrays.fill(lz4, (byte) 0xff);
    assertThatThrownBy(() -> Lz4Block.decompress(lz4, 100)).isInstanceOf(DamagedException.class);
    assertThatThrownBy(() -> Lzo.decompress(new byte[9 << 20], 100))
        .isInstanceOf(DamagedException.class);
  }

  @Test
  void containersThatLieInEachOtherShareTheMemory() throws Exception {
    Budget budget = new Budget(FormatContract.TIGHT, 1000);
    assertThat(budget.containerBytes()).isEqualTo(1000);
    budget.hold(700);
    assertThat(budget.containerBytes()).isEqualTo(300);
    budget.hold(-700);
    assertThat(budget.containerBytes()).isEqualTo(1000);
    byte[] words = KnownTree.words();
    for (int most : new int[] {1, 5000, words.length - 1, words.length}) {
      Drained drained = Drained.of(() -> new java.io.ByteArrayInputStream(words), budget, most);
      assertThat(drained.bytes()).isEqualTo(Arrays.copyOf(words, most));
      assertThat(drained.isWhole()).isEqualTo(most == words.length);
    }
  }

  static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(content);
    }
    return out.toByteArray();
  }

  /**
   * As kernels have that were made with the most preset: its size is a promise, and not kept here.
   */
  @ParameterizedTest
  @ValueSource(bytes = {30, 40})
  void anXzWithALongerDictionaryThanIsHeldIsRead(byte dictionary) throws Exception {
    byte[] content = new byte[200_000];
    new Random(3).nextBytes(content);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (XZOutputStream xz = new XZOutputStream(out, new LZMA2Options(1))) {
      xz.write(content);
    }
    byte[] image = out.toByteArray();
    ByteBuffer header = ByteBuffer.wrap(image, 12, (image[12] + 1) * 4).slice();
    header.order(ByteOrder.LITTLE_ENDIAN);
    assertThat(header.get(2)).as("LZMA2 is its filter").isEqualTo((byte) 0x21);
    header.put(4, dictionary);
    CRC32 crc = new CRC32();
    crc.update(image, 12, header.limit() - 4);
    header.putInt(header.limit() - 4, (int) crc.getValue());

    Collected collected = Collected.of(image);

    assertThat(collected.part("xz").state()).isEqualTo(State.READ);
    assertThat(collected.in("xz").values())
        .singleElement()
        .satisfies(entry -> assertThat(Arrays.equals(entry.content(), content)).isTrue());
  }
}
