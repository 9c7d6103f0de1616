package org.malassay.firmware.unpack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.malassay.firmware.Entry;
import org.malassay.firmware.Part;
import org.malassay.firmware.Part.State;

/**
 * Logs of JFFS2 as a device leaves them, which mkfs.jffs2 does not make: what was written last
 * counts.
 */
@SuppressWarnings("ByteBufferBackingArray") // every buffer here is allocated by header()
class Jffs2LogTest {
  private static final int ROOT = 1;

  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private int version;

  private void node(ByteBuffer node) {
    log.writeBytes(node.array());
    log.writeBytes(new byte[-log.size() & 3]);
  }

  private static int crc(ByteBuffer node, int from, int to) {
    return (int) Crc.ofLinux(Arrays.copyOfRange(node.array(), from, to), 0);
  }

  private static ByteBuffer header(int type, int length) {
    ByteBuffer node =
        ByteBuffer.allocate(length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putShort((short) 0x1985)
            .putShort((short) type)
            .putInt(length);
    return node.putInt(crc(node, 0, 8));
  }

  private void name(String name, int inode) {
    byte[] bytes = name.getBytes(UTF_8);
    ByteBuffer node = header(0xe001, 40 + bytes.length);
    node.putInt(12, ROOT).putInt(16, ++version).putInt(20, inode);
    node.put(28, (byte) bytes.length).put(29, (byte) 8);
    node.position(40).put(bytes);
    node.putInt(32, crc(node, 0, 32)).putInt(36, (int) Crc.ofLinux(bytes, 0));
    node(node);
  }

  private void content(int inode, int size, int offset, String content) {
    byte[] bytes = content.getBytes(UTF_8);
    ByteBuffer node = header(0xe002, 68 + bytes.length);
    node.putInt(12, inode).putInt(16, ++version).putInt(20, 0100644).putInt(28, size);
    node.putInt(44, offset).putInt(48, bytes.length).putInt(52, bytes.length);
    node.position(68).put(bytes);
    node.putInt(60, (int) Crc.ofLinux(bytes, 0)).putInt(64, crc(node, 0, 60));
    node(node);
  }

  @Test
  void theRecordsThatAreKeptAreBounded() {
    for (int i = 0; i < 30; i++) {
      name("name" + i, 0);
    }
    Bounds bounds = new Bounds(4, 10, 1 << 20, 1 << 20, java.time.Duration.ofSeconds(10));
    assertThat(Collected.of(log.toByteArray(), bounds).part("jffs2"))
        .returns(State.CUT, Part::state)
        .satisfies(
            it -> assertThat(it.detail()).contains("more than 20 parts and records in one image"));
  }

  @Test
  void whatWasWrittenOverRenamedAndDeletedIsAsTheDeviceSeesIt() {
    name("kept", 2);
    content(2, 10, 0, "0123456789");
    content(2, 10, 2, "AB");
    name("gone", 3);
    content(3, 1, 0, "x");
    name("old name", 4);
    content(4, 4, 0, "same");
    name("gone", 0);
    name("new name", 4);
    name("old name", 0);

    Collected collected = Collected.of(log.toByteArray());

    collected.isSane(log.size());
    assertThat(collected.part("jffs2").state()).isEqualTo(State.READ);
    assertThat(collected.entries())
        .extracting(Entry::path, it -> new String(it.content(), UTF_8))
        .containsExactly(tuple("/kept", "01AB456789"), tuple("/new name", "same"));
  }

  @Test
  void aFileThatWasShortenedAndGrewAgainHasZerosBetween() {
    name("file", 2);
    content(2, 10, 0, "012\0456789");
    content(2, 2, 2, "");
    content(2, 12, 10, "EF");
    assertThat(Collected.of(log.toByteArray()).entries())
        .singleElement()
        .satisfies(
            it -> assertThat(it.content()).asString(UTF_8).isEqualTo("01\0\0\0\0\0\0\0\0EF"));
  }

  @Test
  void aDamagedNodeIsTold() {
    name("file", 2);
    content(2, 3, 0, "abc");
    int damaged = log.size();
    content(2, 6, 3, "def");
    byte[] image = log.toByteArray();
    image[damaged + 68] ^= 1;
    Collected collected = Collected.of(image);
    collected.isSane(image.length);
    assertThat(collected.part("jffs2"))
        .returns(State.CUT, Part::state)
        .satisfies(it -> assertThat(it.detail()).contains("/file: the checksum at 0x"));
    assertThat(collected.entries())
        .singleElement()
        .returns(Entry.Kind.CUT_FILE, Entry::kind)
        .returns(6L, Entry::size);
  }
}
