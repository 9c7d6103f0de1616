package org.malassay.environments.unikernel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.malassay.behavior.Event;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.ProcessBegun;
import org.malassay.behavior.ProcessEnded;
import org.malassay.behavior.Recording;
import org.malassay.environment.Ending;
import org.malassay.environment.Execution;
import org.malassay.environments.agent.Transcript;
import org.malassay.environments.tracing.Recorder;

/** What a guest says that shares its memory with the sample. */
class ShimRecordingTest {
  private static final int BEGIN = 5;
  private static final int END = 6;
  private static final int ACCOUNT = 17;
  private static final int COUNTS = 18;
  private static final int FAILURE = 20;
  private static final int BITS = 2;
  private static final int HEADER = 112;
  private static final Duration SOON = Duration.ofSeconds(20);

  private final List<Event> events = new ArrayList<>();
  private final ShimRecording recording = new ShimRecording(Recorder.FACETS, events::add);
  private final ByteArrayOutputStream frames = new ByteArrayOutputStream();

  /** The cookie, as the guest is given it. */
  private long cookie() {
    return ByteBuffer.wrap(recording.order(new byte[0])).getLong();
  }

  private byte[] record(int type, byte[] data) {
    return record(type, cookie(), data);
  }

  private static byte[] record(int type, long cookie, byte[] data) {
    return ByteBuffer.allocate(BITS + HEADER + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putShort((short) 0x3FFF) // all words of the header
        .putShort((short) (HEADER + data.length))
        .put((byte) type)
        .putLong(BITS + 8, cookie)
        .putInt(BITS + 32, 2)
        .putInt(BITS + 36, 2)
        .put(BITS + HEADER, data)
        .array();
  }

  private void frame(char type, byte[] payload) {
    frames.writeBytes(
        ByteBuffer.allocate(5 + payload.length)
            .put((byte) type)
            .putInt(payload.length)
            .put(payload)
            .array());
  }

  /** What comes of it: the sample exits with status 3. */
  private Execution told() throws Exception {
    frame('X', ByteBuffer.allocate(49).put((byte) 0).putInt(3).array());
    Transcript told =
        Transcript.of(
            new ByteArrayInputStream(frames.toByteArray()), 100, events::add, recording::take);
    return told.execution(told.awaitEnd(SOON));
  }

  private static Recording both(FacetState state) {
    return Recording.OFF.with(Facet.CALLS, state).with(Facet.PROCESSES, state);
  }

  @Test
  void aGuestIsAskedWithItsCookieAndTheBoundsOfTheRecorder() {
    ByteBuffer order = ByteBuffer.wrap(recording.order("rest".getBytes(UTF_8)));
    assertThat(order.getLong()).isNotZero();
    assertThat(List.of(order.getLong(), order.getLong(), order.getLong(), order.getLong()))
        .containsExactly(20_000L, 4L << 20, 4L << 20, 200_000L);
    assertThat(order.getLong()).isEqualTo(60_000);
    assertThat(UTF_8.decode(order).toString()).isEqualTo("rest");
  }

  @Test
  void whatIsToldToItsEndIsObserved() throws Exception {
    frame('R', record(BEGIN, new byte[0]));
    frame('R', record(END, new byte[0]));
    frame('R', record(COUNTS, new byte[0]));
    frame('R', record(ACCOUNT, new byte[80]));
    assertThat(told().ending()).isEqualTo(new Ending.Exited(3));
    assertThat(recording.finish()).isEqualTo(both(FacetState.OBSERVED));
    assertThat(events).singleElement().isInstanceOf(ProcessBegun.class);
  }

  @Test
  void ofAHeaderThoseWordsAloneAreSentThatChange() throws Exception {
    frame('R', record(BEGIN, new byte[0]));
    ByteBuffer type = ByteBuffer.allocate(BITS + 8).order(ByteOrder.LITTLE_ENDIAN);
    type.putShort((short) 1).putShort((short) HEADER).put((byte) 4); // the end of the process
    frame('R', type.array());
    told();
    assertThat(events).hasSize(1);
    type.put(BITS + 3, (byte) 64); // with its last thread
    recording.take(type.rewind());
    assertThat(events.get(1))
        .isInstanceOfSatisfying(
            ProcessEnded.class, ended -> assertThat(ended.process()).isEqualTo(2));
  }

  @Test
  void aHeaderThatIsShortIsNoRecord() throws Exception {
    for (byte[] bytes : List.of(new byte[] {1}, new byte[] {-1, 0x3F, 0}, new byte[] {0, -128})) {
      ShimRecording other = new ShimRecording(Recorder.FACETS, events::add);
      other.take(ByteBuffer.wrap(bytes));
      assertThat(other.finish().of(Facet.CALLS).why()).contains("did not see the sample begin");
    }
    assertThat(events).isEmpty();
  }

  @Test
  void aGuestThatDoesNotTellTheEndIsCut() throws Exception {
    frame('R', record(BEGIN, new byte[0]));
    told();
    assertThat(recording.finish())
        .isEqualTo(both(FacetState.cut(0, "the recorder ended with its guest")));
  }

  @Test
  void aGuestThatNeverBeginsIsMissing() throws Exception {
    frame('R', record(BEGIN, cookie() + 1, new byte[0]));
    told();
    assertThat(recording.finish())
        .isEqualTo(both(FacetState.missing("the recorder did not see the sample begin")));
    assertThat(events).isEmpty();
  }

  @Test
  void garbageCutsTheRecordingAndNotTheVerdict() throws Exception {
    Random random = new Random(12);
    frame('R', record(BEGIN, new byte[0]));
    for (int i = 0; i < 200; i++) {
      byte[] bytes = new byte[random.nextInt(300)];
      random.nextBytes(bytes);
      frame('R', bytes);
    }
    frame('R', new byte[0]);
    assertThat(told().ending()).isEqualTo(new Ending.Exited(3));
    assertThat(recording.finish())
        .isEqualTo(both(FacetState.cut(0, "the recorder said what is no record")));
  }

  /** Records that are well made, and whose every other byte is anything. */
  @Test
  void recordsOfAnythingChangeNoVerdict() throws Exception {
    Random random = new Random(12);
    frame('R', record(BEGIN, new byte[0]));
    for (int i = 0; i < 5_000; i++) {
      byte[] bytes = record(1 + random.nextInt(5), new byte[random.nextInt(800)]);
      for (int at = BITS + 16; at < bytes.length; at++) {
        bytes[at] = (byte) random.nextInt(256);
      }
      bytes[BITS + 4] = (byte) random.nextInt(256); // the number of the call
      bytes[BITS + 5] = (byte) random.nextInt(2);
      for (int piece = BITS + 104; piece < BITS + 110; piece++) {
        bytes[piece] = (byte) (piece % 2 == 0 ? random.nextInt(200) : 0);
      }
      if (bytes.length >= BITS + HEADER + 3 * 200) {
        frame('R', bytes);
      }
    }
    frame('R', record(COUNTS, new byte[1000]));
    frame('R', record(ACCOUNT, new byte[3]));
    assertThat(told().ending()).isEqualTo(new Ending.Exited(3));
    assertThat(recording.finish())
        .isEqualTo(both(FacetState.cut(0, "what the recorder tells at the end is not understood")));
    assertThat(events).hasSizeGreaterThan(500);
  }

  @Test
  void whatTheGuestGivesForAReasonIsPrintable() throws Exception {
    frame('R', record(BEGIN, new byte[0]));
    frame('R', record(FAILURE, "\u001b[2J\nobserved".getBytes(UTF_8)));
    told();
    assertThat(recording.finish().of(Facet.CALLS).why())
        .isEqualTo("the recorder gave up: \\x1b[2J\\nobserved");
  }

  @Test
  void ofAFacetThatTheKernelDoesNotHaveNothingIsBelieved() throws Exception {
    ShimRecording sealed = new ShimRecording(Set.of(Facet.CALLS), events::add);
    long cookie = ByteBuffer.wrap(sealed.order(new byte[0])).getLong();
    sealed.take(ByteBuffer.wrap(record(BEGIN, cookie, new byte[0])));
    assertThat(events).isEmpty();
    assertThat(sealed.finish().of(Facet.PROCESSES)).isEqualTo(FacetState.OFF);
  }
}
