package org.malassay.environments.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.malassay.behavior.Event;
import org.malassay.behavior.EventSink;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.UnsupportedCall;
import org.malassay.environment.Ending;
import org.malassay.environment.Evidence;
import org.malassay.environment.Execution;
import org.malassay.environment.GuestException;
import org.malassay.environment.Piece;

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

  private final List<Event> events = Collections.synchronizedList(new ArrayList<>());

  private Transcript transcript(long outputBytes) {
    return Transcript.of(new ByteArrayInputStream(told.toByteArray()), outputBytes, events::add);
  }

  private static AgentEvent.SampleEnd await(Transcript transcript) throws Exception {
    return transcript.end().get(20, TimeUnit.SECONDS);
  }

  @Test
  void eachFileThatIsSentIsWaitedForByItself() throws Exception {
    Transcript transcript = Transcript.ofLinux(0);
    byte[] written = {'F', 0, 0, 0, 0};
    transcript.take(written);
    transcript.awaitDelivery(LONG);
    assertThatThrownBy(() -> transcript.awaitDelivery(Duration.ofMillis(20)))
        .isInstanceOf(TimeoutException.class);
    transcript.take(written);
    transcript.awaitDelivery(LONG);
  }

  @Test
  void whatTheServiceWroteIsKeptWhereThereIsAny(@TempDir Path folder) throws Exception {
    Evidence evidence = new Evidence(folder.resolve("evidence"));
    Transcript transcript = Transcript.ofLinux(0);
    transcript.collect(evidence);
    assertThat(evidence.folder()).doesNotExist();

    transcript.take(new byte[] {'L', 0, 0, 0, 2, 'n', 'o'});
    transcript.collect(evidence);
    assertThat(evidence.folder().resolve(Piece.SERVICE_LOG.name())).hasContent("no");
  }

  @Test
  void anExecutionIsAllThatWasTold() throws Exception {
    frame('1', "out".getBytes(UTF_8));
    frame('2', "err".getBytes(UTF_8));
    frame('C', "fork ENOSYS 2\n".getBytes(UTF_8));
    frame('C', "fork ENOSYS 3\n".getBytes(UTF_8));
    end(0, 3);

    Transcript transcript = transcript(100);
    Execution execution = transcript.execution(await(transcript));

    assertThat(execution.ending()).isEqualTo(new Ending.Exited(3));
    assertThat(execution.stdout().text()).isEqualTo("out");
    assertThat(execution.stdout().total()).isEqualTo(4000);
    assertThat(execution.stderr().text()).isEqualTo("err");
    assertThat(events)
        .extracting(event -> ((UnsupportedCall) event).count())
        .containsExactly(2L, 1L); // counts are of all until then
    assertThat(execution.recording().of(Facet.CALLS))
        .as("who tells of these alone has not observed the others")
        .isEqualTo(FacetState.OFF);
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

    assertThat(execution.recording().of(Facet.CALLS)).isEqualTo(FacetState.OFF);
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
            transcript
                .unobserved(new Ending.GuestDown("x"), Duration.ofMillis(1), false)
                .stdout()
                .text())
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

    assertThatThrownBy(() -> await(Transcript.of(garbage, 100, EventSink.NONE)))
        .hasCauseInstanceOf(IOException.class)
        .hasMessageContaining("the guest's agent");
  }

  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(50);

  /** The bytes as they come from an engine: pushed, in pieces of any size. */
  private boolean pushTo(Transcript transcript, int piece) {
    byte[] all = told.toByteArray();
    told.reset();
    boolean isUnderstood = true;
    for (int at = 0; at < all.length; at += piece) {
      isUnderstood = transcript.take(Arrays.copyOfRange(all, at, Math.min(all.length, at + piece)));
    }
    return isUnderstood;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 4096})
  void aWholeConversationThatIsPushedIsHeardInPiecesOfAnySize(int piece) throws Exception {
    Transcript transcript = Transcript.ofLinux(100);
    frame('S', new byte[] {1, 0, 0x28, 1});
    frame('L', "starting".getBytes(UTF_8));
    frame('U', new byte[0]);
    frame('F', new byte[0]);
    assertThat(pushTo(transcript, piece)).isTrue();
    assertThat(transcript.awaitHello(LONG)).isEqualTo(new AgentEvent.Hello(1, 0x28, true));
    assertThat(transcript.awaitService(LONG)).isEmpty();
    assertThat(new String(transcript.serviceLog(), UTF_8)).isEqualTo("starting");
    transcript.awaitDelivery(LONG);

    transcript.starts();
    frame('1', "out".getBytes(UTF_8));
    end(0, 3);
    assertThat(pushTo(transcript, piece)).isTrue();
    Execution execution = transcript.execution(transcript.awaitEnd(LONG));
    assertThat(execution.ending()).isEqualTo(new Ending.Exited(3));
    assertThat(execution.stdout().text()).isEqualTo("out");

    Transcript.Answer answer =
        transcript.ask(
            question -> {
              frame('H', "page".getBytes(UTF_8));
              frame('P', new byte[8]);
              pushTo(transcript, piece);
            },
            new byte[0],
            LONG);
    assertThat(UTF_8.decode(answer.bytes()).toString()).isEqualTo("page");
    assertThat(answer.end().error()).isEmpty();
  }

  @Test
  void aServiceThatEndsIsToldInThePlaceOfOneThatAnswers() throws Exception {
    Transcript transcript = Transcript.ofLinux(100);
    frame('D', new byte[] {0, 0, 0, 0, 7});
    pushTo(transcript, 100);
    assertThat(transcript.awaitService(LONG)).contains(new Ending.Exited(7));
  }

  @Test
  void floodsOfLogAndPageFillNoMemory() throws Exception {
    Transcript transcript = Transcript.ofLinux(1000);
    Transcript.Answer answer =
        transcript.ask(
            question -> {
              for (int i = 0; i < 100; i++) {
                frame('1', new byte[60_000]);
                frame('L', new byte[60_000]);
                frame('H', new byte[60_000]);
              }
              frame('P', new byte[8]);
              pushTo(transcript, 100_000);
            },
            new byte[0],
            LONG);
    assertThat(transcript.serviceLog()).hasSize(64 * 1024);
    assertThat(answer.bytes().remaining()).isEqualTo(2 * 1024 * 1024);
    assertThat(
            transcript.unobserved(new Ending.GuestDown("x"), Duration.ZERO, false).stdout().head())
        .hasSize(1000);
  }

  /** An agent that a sample starves does not come to answer. */
  @Test
  void aQuestionWaitsForNoLongerThanItMayAndTheNextIsNotSentBeforeItsAnswer() throws Exception {
    Transcript transcript = Transcript.ofLinux(100);
    List<byte[]> sent = new ArrayList<>();
    assertThatThrownBy(() -> transcript.ask(sent::add, new byte[] {1}, SHORT))
        .isInstanceOf(TimeoutException.class);
    assertThatThrownBy(() -> transcript.ask(sent::add, new byte[] {2}, SHORT))
        .isInstanceOf(TimeoutException.class);
    assertThat(sent).containsExactly(new byte[] {1});
    frame('P', new byte[8]);
    pushTo(transcript, 100);
    assertThatThrownBy(() -> transcript.ask(sent::add, new byte[] {3}, SHORT))
        .isInstanceOf(TimeoutException.class);
    assertThat(sent).containsExactly(new byte[] {1}, new byte[] {3});
  }

  @Test
  void answersThatNobodyAskedForChangeNothing() throws Exception {
    Transcript transcript = Transcript.ofLinux(100);
    frame('H', "forged".getBytes(UTF_8));
    frame('P', new byte[8]);
    assertThat(pushTo(transcript, 100)).isTrue();
    Transcript.Answer answer =
        transcript.ask(
            question -> {
              frame('H', "page".getBytes(UTF_8));
              frame('P', new byte[8]);
              pushTo(transcript, 100);
            },
            new byte[0],
            LONG);
    assertThat(UTF_8.decode(answer.bytes()).toString()).isEqualTo("page");
  }

  @Test
  void whatNoAgentSaysEndsEveryWaitAndNothingIsBelievedAfterIt() {
    Transcript transcript = Transcript.ofLinux(100);
    frame('?', new byte[1]);
    assertThat(pushTo(transcript, 100)).isFalse();
    end(0, 0);
    frame('1', "forged".getBytes(UTF_8));
    pushTo(transcript, 100);

    assertThatThrownBy(() -> transcript.awaitHello(LONG))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("a frame of type 63");
    assertThatThrownBy(() -> transcript.awaitService(LONG)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> transcript.awaitDelivery(LONG)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> transcript.awaitEnd(LONG)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> transcript.ask(question -> {}, new byte[0], LONG))
        .isInstanceOf(IOException.class);
    assertThat(transcript.addTo(new GuestException("x")).evidence()).isEmpty();
  }

  @Test
  void anAgentThatGivesUpSaysWhyAndWhatItsSampleWroteIsKept() {
    Transcript transcript = Transcript.ofLinux(100);
    frame('2', "last words".getBytes(UTF_8));
    frame('E', "cannot set up".getBytes(UTF_8));
    pushTo(transcript, 100);
    assertThatThrownBy(() -> transcript.awaitEnd(LONG))
        .hasMessage("the guest's agent gave up: cannot set up");
    assertThat(transcript.addTo(new GuestException("x")).evidence()).containsOnlyKeys(Piece.STDERR);
  }

  /** In a container as in a machine: neither more time nor more output than there can be. */
  @Test
  void aPushedEndIsHeldAgainstWhatCanBeFromTheStartOfTheSampleOn() throws Exception {
    Transcript transcript = Transcript.ofLinux(100);
    transcript.starts();
    end(Duration.ofHours(7).toNanos(), 10);
    pushTo(transcript, 100);
    Execution execution = transcript.execution(transcript.awaitEnd(LONG));
    assertThat(execution.duration()).isLessThan(Duration.ofMinutes(1));
    assertThat(Duration.between(execution.started(), Instant.now())).isLessThan(LONG);

    Transcript liar = Transcript.ofLinux(100);
    end(1, Long.MAX_VALUE);
    pushTo(liar, 100);
    assertThatThrownBy(() -> liar.awaitEnd(LONG))
        .hasMessageContaining("more output than there can be");
  }

  @Test
  void aFileGoesInPiecesAndEndsWithTheConversation() throws Exception {
    byte[] file = new byte[Commands.CHUNK + 3];
    List<byte[]> sent = new ArrayList<>();
    Commands commands = sent::add;
    Transcript transcript = Transcript.ofLinux(100);
    commands.sendFile("/tmp/x", file.length, new ByteArrayInputStream(file), transcript);
    assertThat(sent).extracting(piece -> piece.length).containsExactly(13, Commands.CHUNK, 3);

    assertThatThrownBy(
            () ->
                commands.sendFile(
                    "/tmp/x", file.length + 1, new ByteArrayInputStream(file), transcript))
        .hasMessage("what was to be sent has become shorter than it was");
    assertThatThrownBy(
            () -> commands.sendFile("/tmp/x", 1L << 32, InputStream.nullInputStream(), transcript))
        .isInstanceOf(IOException.class)
        .hasMessage("it is too large for a guest: 4294967296 bytes");

    sent.clear();
    transcript.ends(new IOException("gone"));
    commands.sendFile("/tmp/x", file.length, new ByteArrayInputStream(file), transcript);
    assertThat(sent).hasSize(1);
  }
}
