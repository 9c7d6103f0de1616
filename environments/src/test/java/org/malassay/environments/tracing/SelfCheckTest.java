package org.malassay.environments.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.malassay.behavior.Origin;

/** On recordings of the real recorder, which ran its program of known calls. */
class SelfCheckTest {
  private static final Duration PATIENCE = Duration.ofMillis(200);

  /** The records of a recording, each as it came. */
  private static List<byte[]> recording(String name) throws IOException {
    byte[] all;
    try (InputStream in =
        new GZIPInputStream(
            Objects.requireNonNull(
                SelfCheckTest.class.getResourceAsStream("/tracing/" + name + ".bin.gz")))) {
      all = in.readAllBytes();
    }
    List<byte[]> records = new ArrayList<>();
    for (int at = 0; at < all.length; ) {
      int size = (all[at] & 0xFF) | (all[at + 1] & 0xFF) << 8;
      records.add(java.util.Arrays.copyOfRange(all, at, at + size));
      at += size;
    }
    return records;
  }

  private static KernelRecord read(byte[] record) {
    return KernelRecord.read(ByteBuffer.wrap(record)).orElseThrow();
  }

  private static String check(String recording, Predicate<KernelRecord> heard) throws IOException {
    List<byte[]> records = recording(recording);
    int run = (int) (read(records.get(0)).guest() >> Integer.SIZE);
    AtomicReference<Recorder> recorder = new AtomicReference<>();
    recorder.set(
        new Recorder(
            run,
            Origin.HOST_KERNEL,
            RecorderBounds.DEFAULT,
            command -> {
              if (command[0] == 'C') {
                long cookie = ByteBuffer.wrap(command).order(ByteOrder.LITTLE_ENDIAN).getLong(1);
                records.stream()
                    .filter(record -> read(record).guest() == cookie && heard.test(read(record)))
                    .forEach(record -> recorder.get().take(ByteBuffer.wrap(record)));
              }
            }));
    return recorder.get().check(PATIENCE).orElse("");
  }

  @ParameterizedTest
  @ValueSource(strings = {"check-x86_64"})
  void aRecorderThatSeesAllPasses(String recording) throws IOException {
    assertThat(check(recording, record -> true)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "write, it does not see write",
    "openat, it does not see write", // whose file is not known then
    "chmod, it does not see chmod",
    "connect, it does not see connect",
    "prctl, it does not see prctl",
    "unlink, it does not see unlink in a thread"
  })
  void oneThatDoesNotHearOfACallFails(String call, String why) throws IOException {
    assertThat(
            check(
                "check-x86_64",
                record ->
                    record.type() != KernelRecord.Type.CALL
                        || !CallTable.find(record.abi(), record.number()).name().equals(call)))
        .isEqualTo(why);
  }

  @ParameterizedTest
  @CsvSource({
    "BEGIN, it does not see its program begin (EBFONT)",
    "EXEC, it does not see its program begin (ENOEXEC)",
    "FORK, it does not see the beginning of its child",
    "EXIT, it does not see the exit status 3",
    "END, its program did not end in 0 s"
  })
  void oneThatDoesNotHearOfProcessesFails(KernelRecord.Type type, String why) throws IOException {
    String failure = check("check-x86_64", record -> record.type() != type);
    if (type == KernelRecord.Type.BEGIN || type == KernelRecord.Type.EXEC) {
      assertThat(failure).startsWith("it does not see its program begin");
    } else {
      assertThat(failure).isEqualTo(why);
    }
  }

  @Test
  void oneThatLosesRecordsFails() throws IOException {
    assertThat(check("check-x86_64", record -> record.type() != KernelRecord.Type.ACCOUNT))
        .startsWith("calls: cut (the recorder does not answer)");
  }
}
