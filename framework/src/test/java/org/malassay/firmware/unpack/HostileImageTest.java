package org.malassay.firmware.unpack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.malassay.firmware.Entry;
import org.malassay.firmware.Entry.Kind;
import org.malassay.firmware.Part;
import org.malassay.firmware.Part.State;

/** Images that were made to harm whoever reads them. */
class HostileImageTest {
  @Test
  void namesLeadNowhere() {
    ByteArrayOutputStream cpio = new ByteArrayOutputStream();
    for (String name :
        List.of(
            "../../etc/cron.d/x", "/absolute", "a//./b", "new\nline", "escape\u001b[2J", "..")) {
      Cpios.file(cpio, name, new byte[] {1});
    }
    Cpios.entry(cpio, "link", 0120777, "../../../etc/shadow".getBytes(UTF_8));
    Cpios.end(cpio);

    Collected collected = Collected.of(cpio.toByteArray());

    collected.isSane(cpio.size());
    assertThat(collected.entries())
        .extracting(Entry::path)
        .containsExactly(
            "/\\x2e\\x2e/\\x2e\\x2e/etc/cron.d/x",
            "/absolute",
            "/a/b",
            "/new\\nline",
            "/escape\\x1b[2J",
            "/\\x2e\\x2e",
            "/link");
    assertThat(collected.entry("/link")).returns("../../../etc/shadow", Entry::target);
  }

  @Test
  void nothingIsWrittenAnywhere(@TempDir Path folder) throws Exception {
    ByteArrayOutputStream cpio = new ByteArrayOutputStream();
    Cpios.file(cpio, folder.resolve("written").toString(), new byte[] {1});
    Cpios.end(cpio);
    Path image = Files.write(folder.resolve("image"), cpio.toByteArray());
    List<Entry> entries = new ArrayList<>();
    List<Part> parts = ImageReader.read(image, Bounds.DEFAULT, entries::add);
    assertThat(parts).singleElement().returns("cpio", Part::format);
    assertThat(entries)
        .singleElement()
        .returns("/" + folder.resolve("written").toString().substring(1), Entry::path);
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(image);
    }
  }

  @Test
  void aBombInAZipIsCut() throws Exception {
    ByteArrayOutputStream image = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(image)) {
      for (int i = 0; i < 40; i++) {
        zip.putNextEntry(new ZipEntry("bomb" + i));
        zip.write(new byte[900 << 10]);
        zip.closeEntry();
      }
    }
    Bounds bounds = new Bounds(4, 1000, 8 << 20, 1 << 20, Duration.ofSeconds(20));
    Collected collected = Collected.of(image.toByteArray(), bounds);
    collected.isSane(image.size());
    assertThat(collected.part("zip"))
        .returns(State.CUT, Part::state)
        .satisfies(
            it ->
                assertThat(it.detail()).contains("more than 8388608 bytes came out of one image"));
    assertThat(collected.entries().stream().mapToLong(it -> it.content().length).sum())
        .isLessThanOrEqualTo(bounds.bytes());
  }

  /** Each layer holds a thousand times the one before. */
  @Test
  void bombsWithinEachOtherEndAtTheBounds() throws Exception {
    byte[] image = new byte[32 << 20];
    for (int i = 0; i < 4; i++) {
      image = CompressionTest.gzip(image);
    }
    Collected collected = Collected.of(image, FormatContract.TIGHT);
    collected.isSane(image.length);
    assertThat(collected.parts("gzip")).hasSize(4).last().returns(State.CUT, Part::state);
  }

  @Test
  void aFolderOfASquashfsThatHoldsItselfEnds() {
    byte[] image = new Image("squashfs-plain").kept();
    // The root's own reference in place of those of its members: inodes are not compressed here.
    long root = number(image, 32);
    int folders = (int) number(image, 72);
    int at = folders + 2; // the first run of the first folder
    for (int i = at; i < image.length - 64; i++) {
      if (image[i] == 'v' && image[i + 1] == 'a' && image[i + 2] == 'r') {
        image[i - 8] = (byte) root;
        image[i - 7] = (byte) (root >> 8);
      }
    }
    Collected collected = Collected.of(image);
    collected.isSane(image.length);
    assertThat(collected.part("squashfs"))
        .returns(State.CUT, Part::state)
        .satisfies(it -> assertThat(it.detail()).contains("folders in a circle at /var"));
  }

  private static long number(byte[] image, int at) {
    long value = 0;
    for (int i = 7; i >= 0; i--) {
      value = (value << 8) | (image[at + i] & 0xff);
    }
    return value;
  }

  @Test
  void timeIsBounded() {
    byte[] image = new Image("tar-gnu").kept();
    Collected collected = Collected.of(image, new Bounds(4, 1000, 1 << 24, 1 << 24, Duration.ZERO));
    collected.isSane(image.length);
    assertThat(collected.parts())
        .singleElement()
        .returns(State.CUT, Part::state)
        .satisfies(it -> assertThat(it.detail()).contains("one image took more than 0 s"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"cpio-newc", "tar-gnu", "zip", "7z", "squashfs-gzip"})
  void whatTheConsumerThrowsEndsTheReading(String name) {
    byte[] image = new Image(name).kept();
    assertThatThrownBy(
            () ->
                ImageReader.read(
                    Source.of(image),
                    Bounds.DEFAULT,
                    it -> {
                      throw new IllegalStateException("enough");
                    }))
        .hasMessage("enough");
  }

  @Test
  void whatALibraryReadsToSkipItAsksForTime() {
    Budget none = new Budget(new Bounds(4, 1000, 1 << 24, 1 << 24, Duration.ZERO));
    assertThatThrownBy(
            () -> new SourceChannel(Source.of(new byte[9]), none).read(ByteBuffer.allocate(4)))
        .isInstanceOf(DamagedException.Bound.class);
  }

  @Test
  void aLinkThatIsLongerThanAPathIsCutAndTheRestRead() throws Exception {
    ByteArrayOutputStream image = new ByteArrayOutputStream();
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(image)) {
      for (String name : List.of("link", "file")) {
        ZipArchiveEntry entry = new ZipArchiveEntry(name);
        entry.setUnixMode(name.equals("link") ? 0120777 : 0100644);
        zip.putArchiveEntry(entry);
        zip.write("../".repeat(2000).getBytes(UTF_8));
        zip.closeArchiveEntry();
      }
    }
    Collected collected = Collected.of(image.toByteArray());
    assertThat(collected.entries())
        .singleElement()
        .returns("/file", Entry::path)
        .returns(6000L, Entry::size);
    assertThat(collected.part("zip").detail()).contains("/link: a link of 6000 bytes");
  }

  @Test
  void aFileThatIsTooLongIsToldWithItsSize() {
    ByteArrayOutputStream cpio = new ByteArrayOutputStream();
    Cpios.file(cpio, "long", new byte[2000]);
    Cpios.file(cpio, "short", new byte[10]);
    Cpios.end(cpio);
    Collected collected =
        Collected.of(cpio.toByteArray(), new Bounds(4, 100, 10_000, 1000, Duration.ofSeconds(5)));
    assertThat(collected.entries())
        .extracting(Entry::path, Entry::kind, Entry::size)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("/long", Kind.CUT_FILE, 2000L),
            org.assertj.core.groups.Tuple.tuple("/short", Kind.FILE, 10L));
    assertThat(collected.part("cpio").detail())
        .contains("/long: a file of 2000 bytes is longer than 1000");
  }

  @Test
  void aZipThatListsMoreMembersThanMayComeOutIsRefused() throws Exception {
    ByteArrayOutputStream image = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(image)) {
      for (int i = 0; i < 2000; i++) {
        zip.putNextEntry(new ZipEntry("member" + i));
      }
    }
    Collected collected =
        Collected.of(
            image.toByteArray(), new Bounds(4, 100, 1 << 24, 1 << 20, Duration.ofSeconds(5)));
    assertThat(collected.parts("zip").findFirst())
        .hasValueSatisfying(
            it ->
                assertThat(it)
                    .returns(State.REFUSED, Part::state)
                    .returns("lists more than 100 members", Part::detail));
  }

  @Test
  void anEmptyImageHasNoParts() {
    assertThat(Collected.of(new byte[0]).parts()).isEmpty();
  }

  @Test
  void anImageThatIsNotThereIsAnError(@TempDir Path folder) {
    assertThatThrownBy(() -> ImageReader.read(folder.resolve("none"), Bounds.DEFAULT, it -> {}))
        .isInstanceOf(java.nio.file.NoSuchFileException.class);
  }

  @Test
  void boundsArePositive() {
    assertThatThrownBy(() -> new Bounds(0, 1, 1, 1, Duration.ofSeconds(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("depth 0");
  }

  @Test
  void whatAllBytesAreIsPadding() {
    byte[] image = new byte[100_000];
    Arrays.fill(image, (byte) 0xff);
    assertThat(Collected.of(image).parts())
        .singleElement()
        .returns(State.PADDING, Part::state)
        .returns("nothing but 0xff", Part::detail);
  }
}
