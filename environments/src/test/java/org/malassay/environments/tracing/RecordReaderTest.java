package org.malassay.environments.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RecordReaderTest {
  private final List<KernelRecord> read = new ArrayList<>();
  private final RecordReader reader = new RecordReader(read::add);

  private static byte[] three() {
    return Records.arm().begin().open("/a", 3, 0).exec("/b", "b", "c").bytes();
  }

  @Test
  void recordsAreTheSameInWhateverPiecesTheyCome() throws IOException {
    for (byte each : three()) {
      reader.read(ByteBuffer.wrap(new byte[] {each}));
    }
    assertThat(read)
        .extracting(KernelRecord::type)
        .containsExactly(KernelRecord.Type.BEGIN, KernelRecord.Type.CALL, KernelRecord.Type.EXEC);
    List<KernelRecord> atOnce = new ArrayList<>();
    new RecordReader(atOnce::add).read(ByteBuffer.wrap(three()));
    assertThat(read)
        .extracting(KernelRecord::from, KernelRecord::arguments, KernelRecord::data)
        .isEqualTo(atOnce.stream().map(it -> tuple(it.from(), it.arguments(), it.data())).toList());
  }

  @Test
  void halfARecordIsNone() throws IOException {
    byte[] bytes = three();
    reader.read(ByteBuffer.wrap(Arrays.copyOf(bytes, bytes.length - 1)));
    assertThat(read).hasSize(2);
  }

  @Test
  void whatIsNoRecordIsRefused() {
    byte[] tooSmall = three();
    tooSmall[0] = 7;
    tooSmall[1] = 0;
    assertThatThrownBy(() -> reader.read(ByteBuffer.wrap(tooSmall)))
        .isInstanceOf(IOException.class)
        .hasMessage("said what is no record");

    byte[] ofNoKind = three();
    ofNoKind[2] = 99;
    assertThatThrownBy(() -> new RecordReader(read::add).read(ByteBuffer.wrap(ofNoKind)))
        .isInstanceOf(IOException.class)
        .hasMessage("said what is no record");

    byte[] longPiece = Records.arm().open("/a", 3, 0).bytes();
    longPiece[KernelRecord.HEADER - 8] = 100;
    assertThatThrownBy(() -> new RecordReader(read::add).read(ByteBuffer.wrap(longPiece)))
        .isInstanceOf(IOException.class);
    assertThat(read).isEmpty();
  }

  @Test
  void anythingAtAllIsEitherRecordsOrRefused() {
    Random random = new Random(12);
    byte[] whole = three();
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = whole.clone();
      for (int n = random.nextInt(6); n >= 0; n--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      GuestTrace trace =
          new GuestTrace(
              event -> {}, org.malassay.behavior.Origin.HOST_KERNEL, java.util.Optional.empty(), 2);
      try {
        new RecordReader(trace::accept).read(ByteBuffer.wrap(bytes));
      } catch (IOException e) {
        refused++;
      }
    }
    assertThat(refused).isBetween(1, 19_999);
  }
}
