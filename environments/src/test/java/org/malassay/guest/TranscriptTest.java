package org.malassay.guest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.malassay.environment.Ending;
import org.malassay.environment.Execution;

@Timeout(30)
class TranscriptTest {
  private final ByteArrayOutputStream told = new ByteArrayOutputStream();

  private void frame(char type, byte[] payload) {
    told.writeBytes(
        ByteBuffer.allocate(5 + payload.length)
            .put((byte) type)
            .putInt(payload.length)
            .put(payload)
            .array());
  }

  private void end(int how, int code) {
    frame(
        'X',
        ByteBuffer.allocate(49)
            .put((byte) how)
            .putInt(code)
            .putLong(5_000_000)
            .putLong(3_000_000)
            .putLong(4000)
            .putLong(0)
            .putInt(0)
            .putLong(-1)
            .array());
  }

  private Transcript transcript(long outputBytes) {
    return Transcript.of(new ByteArrayInputStream(told.toByteArray()), outputBytes);
  }

  private static AgentEvent.SampleEnd await(Transcript transcript) throws Exception {
    return transcript.end().get(20, TimeUnit.SECONDS);
  }

  @Test
  void anExecutionIsAllThatWasTold() throws Exception {
    frame('1', "out".getBytes(UTF_8));
    frame('2', "err".getBytes(UTF_8));
    frame('C', "fork ENOSYS 2\n".getBytes(UTF_8));
    end(0, 3);

    Transcript transcript = transcript(100);
    Execution execution = transcript.execution(await(transcript));

    assertThat(execution.ending()).isEqualTo(new Ending.Exited(3));
    assertThat(execution.stdout().text()).isEqualTo("out");
    assertThat(execution.stdout().total()).isEqualTo(4000);
    assertThat(execution.stderr().text()).isEqualTo("err");
    assertThat(execution.refusedCalls()).hasToString("[fork:ENOSYS:2]");
    assertThat(execution.duration()).isEqualTo(Duration.ofMillis(5));
  }

  @Test
  void anAgentThatLetsMoreThroughThanItShouldFillsNoMemory() throws Exception {
    for (int i = 0; i < 100; i++) {
      frame('1', new byte[60_000]);
      frame('2', new byte[60_000]);
    }
    end(0, 0);

    Transcript transcript = transcript(1000);
    Execution execution = transcript.execution(await(transcript));

    assertThat(execution.stdout().head()).hasSize(1000);
    assertThat(execution.stderr().head()).hasSize(1000);
    assertThat(execution.stdout().cut()).isTrue();
  }

  @Test
  void whatComesAfterTheEndChangesNothing() throws Exception {
    end(0, 0);
    frame('1', "forged".getBytes(UTF_8));
    end(0, 7);

    Transcript transcript = transcript(100);

    assertThat(await(transcript).ending()).isEqualTo(new Ending.Exited(0));
  }

  private void end(long nanos, long stdoutBytes) {
    frame(
        'X',
        ByteBuffer.allocate(49)
            .put((byte) 0)
            .putInt(0)
            .putLong(nanos)
            .putLong(nanos)
            .putLong(stdoutBytes)
            .putLong(0)
            .putInt(0)
            .putLong(0)
            .array());
  }

  @Test
  void noMoreTimeIsBelievedThanThereWas() throws Exception {
    end(Duration.ofHours(7).toNanos(), 10);

    Transcript transcript = transcript(100);
    Execution execution = transcript.execution(await(transcript));

    assertThat(execution.duration()).isLessThan(Duration.ofMinutes(1));
    assertThat(execution.cpu().orElseThrow()).isLessThan(Duration.ofMinutes(1));
  }

  @Test
  void moreOutputThanThereCanBeIsNoEnd() {
    end(1, Long.MAX_VALUE);

    assertThatThrownBy(() -> await(transcript(100)))
        .hasMessageContaining("more output than there can be");
  }

  /** Only who shares the agent's machine, and forges, tells of calls that a Linux lacks. */
  @Test
  void aLinuxLacksNoCallsWhateverItTells() throws Exception {
    frame('C', "fork ENOSYS 2\n".getBytes(UTF_8));
    frame('N', ByteBuffer.allocate(8).putLong(3).array());
    end(0, 1);

    Transcript transcript = Transcript.ofLinux(new ByteArrayInputStream(told.toByteArray()), 100);
    Execution execution = transcript.execution(await(transcript));

    assertThat(execution.refusedCalls()).isEmpty();
    assertThat(execution.refusedForks()).isEqualTo(3);
  }

  @Test
  void aConversationThatStopsHalfwayKeepsWhatItHadAndHasNoEnd() {
    frame('1', "half".getBytes(UTF_8));
    told.writeBytes(new byte[] {'X', 0, 0});

    Transcript transcript = transcript(100);

    assertThatThrownBy(() -> await(transcript))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(IOException.class)
        .hasMessageContaining("fell silent");
    assertThat(
            transcript.unobserved(new Ending.GuestDown("x"), Duration.ofMillis(1)).stdout().text())
        .isEqualTo("half");
  }

  @Test
  void garbageWithoutEndEndsTheReadingAtOnce() {
    Random random = new Random(7);
    InputStream garbage =
        new InputStream() {
          @Override
          public int read() {
            return random.nextInt(256);
          }

          @Override
          public int read(byte[] bytes, int at, int length) {
            random.nextBytes(bytes);
            return length;
          }
        };

    assertThatThrownBy(() -> await(Transcript.of(garbage, 100)))
        .hasCauseInstanceOf(IOException.class)
        .hasMessageContaining("the guest's agent");
  }
}
