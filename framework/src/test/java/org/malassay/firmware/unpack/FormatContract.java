package org.malassay.firmware.unpack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.firmware.Entry;
import org.malassay.firmware.Entry.Kind;
import org.malassay.firmware.Part;
import org.malassay.firmware.Part.State;

/** What every format keeps that holds a tree of files. */
abstract class FormatContract {
  private static final int MUTATIONS = 200;

  /** What a hostile image may do in the tests. */
  static final Bounds TIGHT = new Bounds(4, 2_000, 8 << 20, 1 << 20, Duration.ofSeconds(5));

  private final String format;
  private final List<Image> images;

  /**
   * @param format in which the tree lies
   * @param images the smallest first: it is mutated in the ordinary suite
   */
  FormatContract(String format, String... images) {
    this.format = format;
    this.images = Arrays.stream(images).map(Image::new).toList();
  }

  /** Whether it keeps what may be done with a file; its owner, too. */
  boolean keepsModes() {
    return true;
  }

  /** Whether it keeps folders without members. */
  boolean keepsEmptyFolders() {
    return true;
  }

  /** Whether its middle is a place that a cut can be told at. */
  boolean tellsCut() {
    return true;
  }

  @TestFactory
  Stream<DynamicTest> theTreeComesOut() {
    return tests(image -> holdsTheTree(image.kept()));
  }

  @TestFactory
  @Tag("slow")
  Stream<DynamicTest> theTreeComesOutOfWhatDebiansToolsMake(@TempDir Path folder) {
    return tests(
        image -> holdsTheTree(image.made(Files.createDirectory(folder.resolve(image.name())))));
  }

  private void holdsTheTree(byte[] image) {
    Collected collected = Collected.of(image);
    collected.isSane(image.length);
    Part part = collected.part(format);
    assertThat(part.state()).as("%s", part).isEqualTo(State.READ);
    holdsTheTree(collected.in(format));
  }

  final void holdsTheTree(Map<String, Entry> entries) {
    KnownTree.files()
        .forEach(
            (path, content) -> {
              Entry entry = entries.get(path);
              assertThat(entry).as(path).isNotNull();
              assertThat(entry.kind()).as(path).isEqualTo(Kind.FILE);
              assertThat(Arrays.equals(entry.content(), content)).as(path).isTrue();
              if (keepsModes()) {
                assertThat(entry.mode())
                    .as(path)
                    .isEqualTo(KnownTree.MODES.getOrDefault(path, 0644));
              }
            });
    KnownTree.LINKS.forEach(
        (path, target) ->
            assertThat(entries.get(path))
                .as(path)
                .isNotNull()
                .returns(Kind.LINK, Entry::kind)
                .returns(target, Entry::target));
    KnownTree.FOLDERS.forEach(
        (path, mode) -> {
          if (keepsEmptyFolders() || !path.equals("/var/empty")) {
            assertThat(entries.get(path)).as(path).isNotNull().returns(Kind.FOLDER, Entry::kind);
            if (keepsModes()) {
              assertThat(entries.get(path).mode()).as(path).isEqualTo(mode);
            }
          }
        });
    assertThat(entries.keySet())
        .filteredOn(it -> !it.startsWith("/lost+found"))
        .hasSize(KnownTree.files().size() + KnownTree.LINKS.size() + KnownTree.FOLDERS.size());
  }

  @TestFactory
  Stream<DynamicTest> oneThatEndsInTheMiddleIsToldSo() {
    return tests(
        image -> {
          byte[] whole = image.kept();
          byte[] half = Arrays.copyOf(whole, whole.length / 2 + 7);
          Collected collected = Collected.of(half);
          collected.isSane(half.length);
          if (tellsCut()) {
            assertThat(collected.parts(format))
                .as("%s", collected.parts())
                .isNotEmpty()
                .allSatisfy(it -> assertThat(it.state()).as("%s", it).isEqualTo(State.CUT));
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> whatLiesBeforeAndAfterItDoesNotMatter() {
    return tests(
        image -> {
          byte[] whole = image.kept();
          int before = 0x3000;
          byte[] all = new byte[before + whole.length + 0x2345];
          Arrays.fill(all, (byte) 0xff);
          byte[] text = "a boot loader of some kind\n".repeat(200).getBytes(UTF_8);
          System.arraycopy(text, 0, all, 0, text.length);
          System.arraycopy(whole, 0, all, before, whole.length);
          Collected collected = Collected.of(all);
          collected.isSane(all.length);
          Part part = collected.part(format);
          assertThat(part.state()).as("%s", part).isEqualTo(State.READ);
          holdsTheTree(collected.in(format));
          assertThat(collected.parts())
              .anySatisfy(it -> assertThat(it.state()).isEqualTo(State.PADDING));
        });
  }

  @Test
  void nothingInItBreaksTheReader() {
    mutate(images.get(0).name(), images.get(0).kept(), MUTATIONS);
  }

  /** Reads an image with a few bytes of it changed, so many times. */
  static void mutate(String name, byte[] whole, int times) {
    int used = usedBytes(whole);
    Random random = new Random(16);
    for (int i = 0; i < times; i++) {
      byte[] mutated = mutated(whole, used, random);
      try {
        Collected collected = Collected.of(mutated, TIGHT);
        collected.isSane(mutated.length);
        assertThat(collected.entries().size()).isLessThanOrEqualTo((int) TIGHT.entries());
      } catch (Throwable e) {
        throw new AssertionError("mutation %d of %s".formatted(i, name), e);
      }
    }
  }

  /** Without the padding at its end, where mutations would find nothing. */
  private static int usedBytes(byte[] whole) {
    int used = whole.length;
    while (used > 1 && whole[used - 1] == whole[whole.length - 1]) {
      used--;
    }
    return used;
  }

  /**
   * A few bytes changed, half of them near the beginning, where the headers are; or some cut out.
   */
  private static byte[] mutated(byte[] whole, int used, Random random) {
    byte[] mutated = whole.clone();
    int changes = 1 + random.nextInt(8);
    for (int i = 0; i < changes; i++) {
      int near = Math.min(used, 4096);
      int at = random.nextBoolean() ? random.nextInt(near) : random.nextInt(used);
      switch (random.nextInt(4)) {
        case 0 -> mutated[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> mutated[at] = (byte) random.nextInt();
        case 2 -> Arrays.fill(mutated, at, Math.min(used, at + 1 + random.nextInt(8)), (byte) -1);
        default -> Arrays.fill(mutated, at, Math.min(used, at + 1 + random.nextInt(8)), (byte) 0);
      }
    }
    return random.nextInt(8) == 0
        ? Arrays.copyOf(mutated, 1 + random.nextInt(mutated.length))
        : mutated;
  }

  private interface Check {
    void of(Image image) throws Exception;
  }

  private Stream<DynamicTest> tests(Check check) {
    return images.stream().map(image -> dynamicTest(image.name(), () -> check.of(image)));
  }
}
