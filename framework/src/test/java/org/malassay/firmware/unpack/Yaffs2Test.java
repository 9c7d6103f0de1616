package org.malassay.firmware.unpack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.malassay.firmware.Entry;
import org.malassay.firmware.Entry.Kind;
import org.malassay.firmware.Part;
import org.malassay.firmware.Part.State;

/** No package of Debian's makes YAFFS2: these images are laid out as its mkyaffs2image does. */
class Yaffs2Test {
  private static final int ROOT = 1;

  /** Writes one object after the other. */
  private static final class Writer {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final int page;
    private final int spare;
    private final ByteOrder order;
    private int next = 257;

    Writer(int page, ByteOrder order) {
      this.page = page;
      this.spare = page / 32;
      this.order = order;
    }

    private void chunk(byte[] content, int object, int chunk, int length) {
      ByteBuffer tags = ByteBuffer.allocate(spare).order(order);
      Arrays.fill(tags.array(), (byte) -1);
      tags.putInt(0x1000).putInt(object).putInt(chunk).putInt(length);
      byte[] all = Arrays.copyOf(content, page);
      Arrays.fill(all, content.length, page, (byte) -1);
      out.writeBytes(all);
      out.writeBytes(tags.array());
    }

    int object(
        int type, int parent, String name, int mode, int size, int equivalent, String alias) {
      return object(next++, type, parent, name, mode, size, equivalent, alias);
    }

    int object(
        int number,
        int type,
        int parent,
        String name,
        int mode,
        int size,
        int equivalent,
        String alias) {
      ByteBuffer header = ByteBuffer.allocate(512).order(order);
      Arrays.fill(header.array(), (byte) -1);
      header
          .putInt(type)
          .putInt(parent)
          .putShort((short) -1)
          .put(name.getBytes(UTF_8))
          .put((byte) 0);
      header.putInt(268, mode).putInt(272, 0).putInt(292, size).putInt(296, equivalent);
      header.position(300);
      header.put(alias.getBytes(UTF_8)).put((byte) 0);
      chunk(header.array(), number, 0, 0xffff);
      return number;
    }

    int file(int parent, String name, int mode, byte[] content) {
      int number = object(1, parent, name, mode, content.length, -1, "");
      for (int at = 0; at < content.length; at += page) {
        int length = Math.min(page, content.length - at);
        chunk(Arrays.copyOfRange(content, at, at + length), number, at / page + 1, length);
      }
      return number;
    }
  }

  static byte[] knownTree(int page, ByteOrder order) {
    Writer writer = new Writer(page, order);
    writer.object(ROOT, 3, ROOT, "", 040755, -1, -1, "");
    Map<String, Integer> folders = new HashMap<>(Map.of("", ROOT));
    for (String folder : new TreeSet<>(KnownTree.FOLDERS.keySet())) {
      int slash = folder.lastIndexOf('/');
      int parent = folders.get(folder.substring(0, slash));
      int mode = 040000 | KnownTree.FOLDERS.get(folder);
      folders.put(folder, writer.object(3, parent, folder.substring(slash + 1), mode, -1, -1, ""));
    }
    KnownTree.files()
        .forEach(
            (path, content) -> {
              int slash = path.lastIndexOf('/');
              writer.file(
                  folders.get(path.substring(0, slash)),
                  path.substring(slash + 1),
                  0100000 | KnownTree.MODES.getOrDefault(path, 0644),
                  content);
            });
    KnownTree.LINKS.forEach(
        (path, target) -> {
          int slash = path.lastIndexOf('/');
          writer.object(
              2,
              folders.get(path.substring(0, slash)),
              path.substring(slash + 1),
              0120777,
              -1,
              -1,
              target);
        });
    return writer.out.toByteArray();
  }

  @ParameterizedTest
  @CsvSource({"2048, LITTLE_ENDIAN", "2048, BIG_ENDIAN", "512, LITTLE_ENDIAN", "4096, BIG_ENDIAN"})
  void theTreeComesOutWhateverLiesAround(int page, String order) {
    byte[] image =
        knownTree(
            page, order.equals("BIG_ENDIAN") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    byte[] all = new byte[0x4000 + image.length + 0x20000];
    System.arraycopy(image, 0, all, 0x4000, image.length);

    Collected collected = Collected.of(all);

    collected.isSane(all.length);
    assertThat(collected.part("yaffs2"))
        .returns(State.READ, Part::state)
        .returns(0x4000L, Part::at)
        .returns((long) image.length, Part::size)
        .satisfies(it -> assertThat(it.detail()).startsWith("pages of " + page));
    Map<String, Entry> entries = collected.in("yaffs2");
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

  @Test
  void theLastHeaderOfAnObjectCountsAndAHardLinkIsTheFile() {
    Writer writer = new Writer(2048, ByteOrder.LITTLE_ENDIAN);
    int file = writer.file(ROOT, "old", 0100600, "first".getBytes(UTF_8));
    writer.object(file, 1, ROOT, "new", 0100644, 5, -1, "");
    writer.object(4, ROOT, "other", 0100644, -1, file, "");
    int deleted = writer.file(ROOT, "gone", 0100600, "x".getBytes(UTF_8));
    writer.object(deleted, 1, 4, "deleted", 0100600, 0, -1, "");
    Collected collected = Collected.of(writer.out.toByteArray());
    assertThat(collected.entries())
        .extracting(Entry::path, it -> new String(it.content(), UTF_8))
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple("/new", "first"),
            org.assertj.core.groups.Tuple.tuple("/other", "first"));
  }

  @Test
  void aFileOfMoreThanTwoToThe63BytesIsCut() {
    Writer writer = new Writer(2048, ByteOrder.LITTLE_ENDIAN);
    writer.object(1, ROOT, "hostile", 0100644, -16, -1, "");
    writer.file(ROOT, "other", 0100644, "x".getBytes(UTF_8));
    byte[] image = writer.out.toByteArray();
    ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN).putInt(496, 0x80000000);

    Collected collected = Collected.of(image);

    collected.isSane(image.length);
    assertThat(collected.entry("/hostile")).returns(Kind.CUT_FILE, Entry::kind);
    assertThat(collected.entry("/other")).returns(Kind.FILE, Entry::kind);
    assertThat(collected.part("yaffs2"))
        .returns(State.CUT, Part::state)
        .satisfies(
            it -> assertThat(it.detail()).contains("/hostile: its size is 2^63 bytes or more"));
  }

  /** One folder in the other, a file in the last one. */
  private static byte[] deep(int folders, byte[] content) {
    Writer writer = new Writer(2048, ByteOrder.LITTLE_ENDIAN);
    int parent = ROOT;
    for (int i = 0; i < folders; i++) {
      parent = writer.object(3, parent, "d", 040755, -1, -1, "");
    }
    writer.file(parent, "f", 0100644, content);
    return writer.out.toByteArray();
  }

  @Test
  void foldersLieNoDeeperThan256InAllFileSystemsAroundThem() {
    byte[] inner = deep(200, "x".getBytes(UTF_8));
    assertThat(Collected.of(inner).part("yaffs2").state()).isEqualTo(State.READ);
    assertThat(Collected.of(deep(300, new byte[1])).part("yaffs2"))
        .returns(State.CUT, Part::state)
        .returns(256L, Part::entries);

    Collected nested = Collected.of(deep(100, inner));

    assertThat(nested.parts("yaffs2"))
        .extracting(Part::state, Part::entries)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(State.READ, 101L),
            org.assertj.core.groups.Tuple.tuple(State.CUT, 156L));
  }

  @Test
  void nothingInItBreaksTheReader() {
    FormatContract.mutate("yaffs2", knownTree(2048, ByteOrder.LITTLE_ENDIAN), 200);
  }
}
