package org.malassay.environments.tracing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.malassay.environments.tracing.Records.GUEST;
import static org.malassay.environments.tracing.Records.RUN;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.malassay.behavior.CallsCounted;
import org.malassay.behavior.Event;
import org.malassay.behavior.EventSink;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.Origin;
import org.malassay.behavior.ProcessBegun;
import org.malassay.behavior.SystemCall;
import org.malassay.environment.Ending;
import org.malassay.environment.Execution;
import org.malassay.environment.Order;
import org.malassay.environment.Output;
import org.malassay.environments.tracing.KernelRecord.Flag;

class RecorderTest {
  private static final RecorderBounds BOUNDS = new RecorderBounds(10, 1 << 20, 1 << 20, 50, 20);
  private static final Map<Facet, FacetState> OBSERVED = both(FacetState.OBSERVED);

  private final List<byte[]> asked = new ArrayList<>();
  private final Recorder recorder =
      new Recorder(RUN, Origin.HOST_KERNEL, BOUNDS, command -> asked.add(command));
  private final List<Event> events = new ArrayList<>();

  private static Map<Facet, FacetState> both(FacetState state) {
    return Map.of(Facet.CALLS, state, Facet.PROCESSES, state);
  }

  private GuestRecording open() {
    return recorder.open(events::add, Optional.of("/tmp"));
  }

  private void take(Records records) {
    recorder.take(ByteBuffer.wrap(records.bytes()));
  }

  /** A guest that begins, opens a file and ends. */
  private static Records whole() {
    return Records.arm().begin().open("/a", 3, 0).exit(0, Flag.LAST, Flag.WHOLE).end();
  }

  @Test
  void aGuestThatEndedIsToldWithItsAccount() throws Exception {
    GuestRecording guest = open();
    take(whole().counts("open", 1, 0, "futex", 70, 3).account(71, 1));

    assertThat(guest.awaitEnd(Duration.ZERO)).isTrue();
    assertThat(guest.finish()).isEqualTo(OBSERVED);
    assertThat(asked).isEmpty();
    assertThat(events)
        .filteredOn(CallsCounted.class::isInstance)
        .extracting(event -> ((CallsCounted) event).name())
        .containsExactlyInAnyOrder("open", "futex");
  }

  @Test
  void guestsSideBySideAreKeptApart() {
    List<Event> others = new ArrayList<>();
    GuestRecording one = open();
    GuestRecording other = recorder.open(others::add, Optional.empty());
    assertThat(other.cookie()).isEqualTo(one.cookie() + 1);

    take(
        Records.arm()
            .begin()
            .of(other.cookie())
            .in(20)
            .begin()
            .open("/other", 3, 0)
            .of(one.cookie())
            .in(10)
            .open("/one", 3, 0)
            .of(0x999)
            .begin()
            .open("/nobodys", 3, 0));

    assertThat(paths(events)).containsExactly("/one");
    assertThat(paths(others)).containsExactly("/other");
  }

  private static List<String> paths(List<Event> events) {
    return events.stream()
        .filter(SystemCall.class::isInstance)
        .map(event -> ((SystemCall) event).path().orElse(""))
        .toList();
  }

  @Test
  void ofAGuestThatLivesTheAccountIsAskedFor() throws Exception {
    GuestRecording guest = open();
    take(Records.arm().begin().open("/a", 3, 0));
    Thread answer =
        new Thread(
            () -> {
              while (asked.isEmpty()) {
                Thread.onSpinWait();
              }
              take(Records.arm().account(1, 1));
            });
    answer.start();

    assertThat(guest.finish()).isEqualTo(OBSERVED);
    answer.join();
    assertThat(asked.get(0)).isEqualTo(new byte[] {'A', 0, 0, 0, 0, 0x4d, 0x3c, 0x2b, 0x1a});
    take(Records.arm().open("/later", 3, 0));
    assertThat(paths(events)).containsExactly("/a");
  }

  @Test
  void whatWasLostIsSaidByFacet() {
    GuestRecording guest = open();
    take(whole().account(100, 40, 0, 30, 20, 5, 5, 7, 0, 0));

    assertThat(guest.finish())
        .isEqualTo(
            Map.of(
                Facet.CALLS,
                FacetState.cut(
                    60,
                    "more than 10 of one kind; more than 1 MiB a second; more than 50 in all;"
                        + " nobody took them in time"),
                Facet.PROCESSES,
                FacetState.cut(7, "more than 20 in all, or too many at once")));
  }

  @Test
  void whatCouldNotBeFollowedCutsBoth() {
    GuestRecording guest = open();
    take(whole().account(1, 1, 0, 0, 0, 0, 0, 0, 2, 0));

    assertThat(guest.finish())
        .isEqualTo(both(FacetState.cut(0, "2 threads or processes could not be followed")));
  }

  @Test
  void thatTheKernelLeftItOutIsSaidOfAllThatWereThere() {
    GuestRecording before = open();
    take(whole().account(1, 1));
    GuestRecording one = open();
    GuestRecording other = open();
    take(whole().of(one.cookie()).begin().end().account(0, 0, 0, 0, 0, 0, 0, 0, 0, 3));
    take(Records.arm().of(other.cookie()).begin().end().account(0, 0, 0, 0, 0, 0, 0, 0, 0, 3));

    assertThat(before.finish()).isEqualTo(OBSERVED);
    FacetState cut = FacetState.cut(0, "the kernel left the recorder out 3 times");
    assertThat(one.finish()).isEqualTo(both(cut));
    assertThat(other.finish()).isEqualTo(both(cut));
  }

  @Test
  void theEndOfTheRecorderCutsWhatIsRecordedAndWhatComesIsMissing() throws Exception {
    GuestRecording guest = open();
    take(Records.arm().begin());
    recorder.end("has ended");
    recorder.end("is heard no more");
    take(Records.arm().open("/later", 3, 0));

    assertThat(guest.awaitEnd(Duration.ZERO)).isTrue();
    assertThat(guest.finish()).isEqualTo(both(FacetState.cut(0, "the recorder has ended")));
    assertThat(open().finish()).isEqualTo(both(FacetState.missing("the recorder has ended")));
    assertThat(events).hasSize(1);
  }

  @Test
  void aRecorderThatGivesUpSaysWhy() {
    take(Records.arm().raw(KernelRecord.Type.FAILURE, "no eBPF here".getBytes(UTF_8)));

    assertThat(recorder.ended()).contains("gave up: no eBPF here");
    assertThat(recorder.hello()).isCompletedExceptionally();
    assertThat(recorder.hello().handle((it, e) -> e).join()).hasMessage("gave up: no eBPF here");
    assertThat(open().finish())
        .isEqualTo(both(FacetState.missing("the recorder gave up: no eBPF here")));
  }

  @Test
  void itsFirstWordIsTheReleaseOfItsKernel() {
    assertThat(recorder.hello()).isNotDone();
    take(Records.arm().raw(KernelRecord.Type.HELLO, "6.12.1".getBytes(UTF_8)));
    assertThat(recorder.hello()).isCompletedWithValue("6.12.1");
  }

  @Test
  void garbageEndsTheRecordingAndIsSaid() {
    GuestRecording guest = open();
    take(Records.arm().begin());
    recorder.take(ByteBuffer.wrap("a forged line, or whatever".getBytes(UTF_8)));
    take(Records.arm().open("/later", 3, 0));

    assertThat(guest.finish())
        .isEqualTo(both(FacetState.cut(0, "the recorder said what is no record")));
    assertThat(events).hasSize(1);
  }

  @Test
  void anEndlessStreamOfOneGuestTakesNoMemory() {
    GuestRecording guest = recorder.open(EventSink.NONE, Optional.empty());
    take(Records.arm().begin());
    byte[] forks = endless();
    Runtime runtime = Runtime.getRuntime();
    System.gc();
    long before = runtime.totalMemory() - runtime.freeMemory();
    for (int i = 0; i < 15; i++) {
      recorder.take(ByteBuffer.wrap(forks));
    }
    System.gc();
    long after = runtime.totalMemory() - runtime.freeMemory();

    assertThat(after - before).isLessThan(32 << 20);
    assertThat(guest.cookie()).isEqualTo(GUEST);
  }

  /** 2,000 processes, none of which ends, each with a file that nobody else has open. */
  private static byte[] endless() {
    Records records = Records.arm();
    for (int i = 0; i < 2_000; i++) {
      records.fork(1000 + i).in(1000 + i).open("/" + "x".repeat(200) + i, 3 + i % 5000, 0);
    }
    return records.bytes();
  }

  @Test
  void aRecorderThatDoesNotAnswerItsCheckIsNotBelieved() {
    assertThat(recorder.check(Duration.ofMillis(20))).contains("its program did not end in 0 s");
    assertThat(recorder.ended()).contains("failed its check: its program did not end in 0 s");
  }

  @Test
  void aCheckThatCannotBeAskedForFails() {
    Recorder deaf =
        new Recorder(
            RUN,
            Origin.HOST_KERNEL,
            BOUNDS,
            command -> {
              throw new IOException("the guest takes no commands");
            });
    assertThat(deaf.check(Duration.ofSeconds(1))).contains("the guest takes no commands");
  }

  /** A sample that exits with 7 after 10 ms; a process of it that it left ends later, or never. */
  private Execution withAnOrphan(Duration observation, Duration orphan, int survivors)
      throws Exception {
    Recorder[] one = new Recorder[1];
    one[0] =
        new Recorder(
            RUN,
            Origin.HOST_KERNEL,
            BOUNDS,
            command -> one[0].take(ByteBuffer.wrap(Records.arm().account(1, 1).bytes())));
    Thread end =
        new Thread(
            () -> {
              try {
                Thread.sleep(orphan.toMillis());
                one[0].take(
                    ByteBuffer.wrap(
                        Records.arm().exit(0, Flag.LAST, Flag.WHOLE).end().account(1, 1).bytes()));
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    try {
      return one[0].record(
          events::add,
          "/tmp",
          new Order(List.of(), observation),
          cookie -> {
            one[0].take(ByteBuffer.wrap(Records.arm().begin().open("/a", 3, 0).bytes()));
            end.start();
            return exited(survivors);
          });
    } finally {
      end.interrupt();
      end.join();
    }
  }

  private static Execution exited(int survivors) {
    return new Execution(
        new Ending.Exited(7),
        Instant.EPOCH,
        Duration.ofMillis(10),
        Optional.empty(),
        Output.NONE,
        Output.NONE,
        false,
        survivors);
  }

  /** Verdict and duration are those of the first process, whatever is observed after that. */
  @ParameterizedTest
  @CsvSource({
    "5000,   300, 1,  300, 3000, it lives for a while: observed to its end",
    " 400, 60000, 1,  380, 3000, it does not end: observed to the limit",
    "   5, 60000, 1,   10,  250, the limit is over when the first process ends",
    "5000,    50, 0,   10,   10, none is left: the observation is the sample's own time",
  })
  void whatOutlivesASampleIsObservedUpToTheLimit(
      long limit, long orphan, int survivors, long least, long most, String why) throws Exception {
    Execution execution =
        withAnOrphan(Duration.ofMillis(limit), Duration.ofMillis(orphan), survivors);

    assertThat(execution.ending()).as(why).isEqualTo(new Ending.Exited(7));
    assertThat(execution.duration()).as(why).isEqualTo(Duration.ofMillis(10));
    assertThat(execution.observed())
        .as(why)
        .isBetween(Duration.ofMillis(least), Duration.ofMillis(most));
    assertThat(execution.recording().of(Facet.CALLS)).as(why).isEqualTo(FacetState.OBSERVED);
  }

  @Test
  void aGuestIsForgottenWhenItsRecordingIsClosed() {
    GuestRecording guest = open();
    guest.close();
    take(whole());
    assertThat(events).filteredOn(ProcessBegun.class::isInstance).isEmpty();
  }
}
