package org.malassay.firmware.unpack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.malassay.firmware.Part.State;
import org.malassay.firmware.unpack.Unread.Run;

class UnreadTest {
  private static byte[] random(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static List<Run> runs(byte[] bytes) {
    return Unread.runs(Source.of(bytes), 0, bytes.length, new Budget(Bounds.DEFAULT));
  }

  @Test
  void randomBytesAreEncrypted() {
    for (int size : new int[] {1 << 14, 1 << 16, 1 << 20}) {
      assertThat(runs(random(size, size)))
          .singleElement()
          .returns(State.ENCRYPTED, Run::state)
          .satisfies(it -> assertThat(it.detail()).startsWith("encrypted: "));
    }
  }

  @Test
  void compressedBytesAreToldFromEncryptedOnesByTheirChiSquare() {
    StringBuilder text = new StringBuilder();
    Random random = new Random(3);
    while (text.length() < 4 << 20) {
      text.append("word").append(random.nextInt(20_000)).append(' ');
    }
    Deflater deflater = new Deflater(9, true);
    deflater.setInput(text.toString().getBytes(UTF_8));
    deflater.finish();
    byte[] compressed = new byte[2 << 20];
    int length = deflater.deflate(compressed);
    assertThat(runs(java.util.Arrays.copyOf(compressed, length)))
        .singleElement()
        .returns(State.ENCRYPTED, Run::state)
        .satisfies(
            it -> assertThat(it.detail()).startsWith("compressed in an unknown way, or encrypted"));
  }

  @Test
  void textIsUnknown() {
    assertThat(runs("some text of a boot loader\n".repeat(5000).getBytes(UTF_8)))
        .singleElement()
        .returns(State.UNKNOWN, Run::state);
  }

  @Test
  void aShortStretchIsNotToldToBeEncrypted() {
    assertThat(runs(random(1000, 1))).singleElement().returns(State.UNKNOWN, Run::state);
  }

  @Test
  void kindsThatFollowEachOtherAreRunsThatCoverAll() {
    byte[] bytes = new byte[5 * (1 << 16)];
    System.arraycopy("text ".repeat(13_107).getBytes(UTF_8), 0, bytes, 0, 65_535);
    System.arraycopy(random(1 << 17, 5), 0, bytes, 1 << 16, 1 << 17);
    List<Run> runs = runs(bytes);
    assertThat(runs)
        .extracting(Run::state)
        .containsExactly(State.UNKNOWN, State.ENCRYPTED, State.PADDING);
    long at = 0;
    for (Run run : runs) {
      assertThat(run.from()).isEqualTo(at);
      at += run.size();
    }
    assertThat(at).isEqualTo(bytes.length);
  }

  @Test
  void whatThereIsNoTimeForIsToldCut() {
    Bounds bounds = new Bounds(4, 100, 1 << 24, 1 << 20, Duration.ZERO);
    assertThat(Unread.runs(Source.of(random(1 << 16, 2)), 100, 1 << 16, new Budget(bounds)))
        .singleElement()
        .returns(State.CUT, Run::state)
        .returns(100L, Run::from)
        .returns((1 << 16) - 100L, Run::size)
        .returns("not looked at: one image took more than 0 s", Run::detail);
  }
}
