package org.malassay.environments.internet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.malassay.environments.internet.OwnersTest.call;
import static org.malassay.environments.internet.OwnersTest.conversation;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.behavior.Conversation;
import org.malassay.behavior.Endpoint;
import org.malassay.behavior.Event;
import org.malassay.behavior.EventSink;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.Origin;
import org.malassay.behavior.ProgramStarted;
import org.malassay.behavior.Recording;
import org.malassay.environment.Ending;
import org.malassay.environment.Execution;
import org.malassay.environment.GuestException;
import org.malassay.environment.Output;

/** Samples that call, fork and execute without end. */
@Timeout(60)
class OwnedEventsTest {
  private static final Endpoint GUEST = new Endpoint("192.168.1.50", 4000);
  private static final Endpoint CNC = new Endpoint("203.0.113.7", 23);
  private static final Endpoint VICTIM = new Endpoint("198.51.100.9", 80);
  private static final int FLOOD = 200_000;

  @TempDir private Path folder;

  private final OwnedEvents events = new OwnedEvents(this::take);
  private @Nullable Conversation told;

  private void take(Event event) {
    if (event instanceof Conversation it) {
      told = it;
    }
  }

  private static Duration at(int micros) {
    return Duration.ofNanos(micros * 1000L);
  }

  private static Endpoint endpoint(int number) {
    return new Endpoint("10.%d.%d.%d".formatted(number >> 16, number >> 8 & 255, number & 255), 80);
  }

  /** Another process than all before connects, and its conversation is its own. */
  private void isStillKnown(EventSink sink) {
    sink.accept(call(at(FLOOD + 1), "connect", 77, CNC, OptionalInt.empty()));
    sink.accept(conversation("tcp", at(FLOOD + 2), 4000, CNC));
    assertThat(events.tell().state()).isEqualTo(FacetState.OBSERVED);
    assertThat(told).isNotNull().extracting(Conversation::process).isEqualTo(OptionalInt.of(77));
  }

  @Test
  void whoSendsMuchAndConnectsThenIsStillKnown() {
    for (int i = 0; i < FLOOD; i++) {
      events.accept(call(at(i), "sendto", 41, VICTIM, OptionalInt.empty()));
    }
    isStillKnown(events);
  }

  @Test
  void whatIsSaidOnAConnectionTakesNoRoom() {
    for (int i = 0; i < FLOOD; i++) {
      events.accept(call(at(i), i % 2 == 0 ? "write" : "recv", 41, VICTIM, OptionalInt.of(4000)));
    }
    isStillKnown(events);
  }

  @Test
  void whoConnectsAgainAndAgainIsStillKnown() {
    for (int i = 0; i < FLOOD; i++) {
      events.accept(call(at(i), "connect", 41, VICTIM, OptionalInt.empty()));
    }
    isStillKnown(events);
  }

  @Test
  void aFloodByManyProcessesAtOnceTakesLittleRoom() {
    for (int i = 0; i < FLOOD; i++) {
      events.accept(call(at(i), "sendto", 41 + i % 16, VICTIM, OptionalInt.empty()));
    }
    isStillKnown(events);
  }

  @Test
  void callsThatFollowOneAnotherKeepTheirTimesApartFromThoseOfOthers() {
    events.accept(call(at(0), "sendto", 41, CNC, OptionalInt.empty()));
    events.accept(call(at(100), "sendto", 42, CNC, OptionalInt.empty()));
    events.accept(call(at(200), "sendto", 41, CNC, OptionalInt.empty()));
    events.accept(call(at(300), "sendto", 41, CNC, OptionalInt.empty()));
    for (int i = 0; i < 4; i++) {
      events.accept(conversation("udp", at(100 * i + 1), 4000 + i, CNC));
    }
    Owners owners = events.tell();
    List<Integer> found = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Endpoint guest = new Endpoint(GUEST.address(), 4000 + i);
      found.add(owners.find("udp", guest, CNC, at(100 * i + 1)).orElseThrow().process());
    }
    assertThat(found).containsExactly(41, 42, 41, 41);
  }

  @Test
  void programsStayKnownWhateverIsCalled() {
    for (int i = 0; i < Callers.MOST + 10; i++) {
      events.accept(call(at(i), "sendto", 41, endpoint(i), OptionalInt.empty()));
    }
    events.accept(program(at(FLOOD), 41, "/tmp/second"));
    events.accept(conversation("tcp", at(1), 4000, endpoint(3)));
    assertThat(events.tell().find("tcp", GUEST, endpoint(3), at(FLOOD)))
        .contains(new Owners.Owner(41, Optional.of("/tmp/second")));
  }

  private static ProgramStarted program(Duration at, int process, String path) {
    return new ProgramStarted(at, Origin.HOST_KERNEL, process, path, List.of(), false);
  }

  @Test
  void aProgramThatIsNotRememberedIsNotTakenForTheOneBefore() {
    events.accept(program(at(0), 41, "/tmp/first"));
    for (int i = 1; i < Programs.MOST; i++) {
      events.accept(program(at(1), 42, "/bin/true"));
    }
    events.accept(program(at(90_000), 41, "/tmp/second"));
    events.accept(call(at(200_000), "connect", 41, CNC, OptionalInt.empty()));
    events.accept(conversation("tcp", at(200_001), 4000, CNC));
    Owners owners = events.tell();
    assertThat(owners.find("tcp", GUEST, CNC, at(200_001)))
        .contains(new Owners.Owner(41, Optional.empty()));
    assertThat(owners.state().kind()).isEqualTo(FacetState.Kind.CUT);
  }

  /** More calls than are remembered. */
  private static void callTooManyPeers(EventSink sink, Duration at) {
    for (int i = 0; i <= Callers.MOST; i++) {
      sink.accept(call(at, "sendto", 41, endpoint(i), OptionalInt.empty()));
    }
  }

  @Test
  void beyondTheBoundNobodyIsGuessed() {
    events.accept(call(at(0), "connect", 41, CNC, OptionalInt.empty()));
    callTooManyPeers(events, at(1));
    events.accept(call(at(2), "connect", 42, CNC, OptionalInt.empty()));
    events.accept(conversation("tcp", at(3), 4000, CNC));
    events.tell();
    assertThat(told).isNotNull().extracting(Conversation::process).isEqualTo(OptionalInt.empty());
  }

  @Test
  void beyondTheBoundTheFacetIsCut() throws GuestException {
    FakeProgram program = new FakeProgram(folder);
    try (GuestInternet internet = GuestInternet.in(folder, () -> program.network)) {
      Execution execution =
          internet.observe(
              sink -> {
                callTooManyPeers(sink, Duration.ofMinutes(-1)); // by the clock of the program
                program.breakOff(program.connect(23));
                return execution();
              },
              event -> {});
      assertThat(execution.recording().of(Facet.NETWORK))
          .isEqualTo(FacetState.cut(0, "whose later conversations are is not known"));
    }
  }

  private static Execution execution() {
    return new Execution(
        new Ending.Exited(0),
        Instant.EPOCH,
        Duration.ZERO,
        Optional.empty(),
        Output.NONE,
        Output.NONE,
        false,
        0,
        0,
        Recording.OFF);
  }

  /** All to one address, by processes that differ, so that no two are remembered as one. */
  @Test
  void manyConversationsAndManyCallsArePutTogetherAtOnce() {
    for (int i = 0; i < 20_000; i++) {
      OptionalInt port = i % 2 == 0 ? OptionalInt.of(1 + i % 60_000) : OptionalInt.empty();
      events.accept(call(at(100 * i), "connect", 100 + i, CNC, port));
    }
    for (int i = 0; i < 10_000; i++) {
      events.accept(conversation("tcp", at(200 * i + 1), i % 2 == 0 ? 1 + 2 * i : 60_001, CNC));
    }
    long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    Owners owners = events.tell();
    for (int i = 0; i < 10_000; i++) { // as for each packet
      owners.find("tcp", new Endpoint(GUEST.address(), 60_001), CNC, at(200 * i + 1));
    }
    long took = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before;
    assertThat(Duration.ofNanos(took)).isLessThan(Duration.ofSeconds(1));
  }
}
