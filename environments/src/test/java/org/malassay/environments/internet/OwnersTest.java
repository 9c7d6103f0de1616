package org.malassay.environments.internet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.behavior.Conversation;
import org.malassay.behavior.Endpoint;
import org.malassay.behavior.Event;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.Origin;
import org.malassay.behavior.ProcessBegun;
import org.malassay.behavior.ProgramStarted;
import org.malassay.behavior.Question;
import org.malassay.behavior.SystemCall;
import org.malassay.environment.Evidence;
import org.malassay.environment.GuestException;

class OwnersTest {
  private static final Endpoint CNC = new Endpoint("203.0.113.7", 23);

  @TempDir private Path folder;

  private final List<Event> events = new ArrayList<>();

  private static Duration ms(int ms) {
    return Duration.ofMillis(ms);
  }

  private void call(String name, int ms, int process, Endpoint peer) {
    call(name, ms, process, peer, OptionalInt.empty());
  }

  private void call(String name, int ms, int process, Endpoint peer, OptionalInt localPort) {
    events.add(call(ms(ms), name, process, peer, localPort));
  }

  static SystemCall call(
      Duration at, String name, int process, Endpoint peer, OptionalInt localPort) {
    return new SystemCall(
        at,
        Origin.HOST_KERNEL,
        ms(1),
        process,
        process,
        name,
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(peer),
        localPort,
        0,
        Optional.empty());
  }

  private void program(int ms, int process, String path) {
    events.add(new ProgramStarted(ms(ms), Origin.HOST_KERNEL, process, path, List.of(), false));
  }

  private Conversation conversation(String transport, int ms, int guestPort, Endpoint peer) {
    Conversation conversation = conversation(transport, ms(ms), guestPort, peer);
    events.add(conversation);
    return conversation;
  }

  static Conversation conversation(String transport, Duration at, int guestPort, Endpoint peer) {
    return new Conversation(
        at,
        Origin.NETWORK,
        ms(100),
        OptionalInt.empty(),
        transport,
        new Endpoint("192.168.1.50", guestPort),
        peer,
        Optional.empty(),
        0,
        0,
        "",
        "",
        Optional.empty());
  }

  private OptionalInt owner(Conversation conversation) {
    Event owned = Owners.of(events::forEach).own(conversation);
    return ((Conversation) owned).process();
  }

  @Test
  void aConversationBelongsToWhoConnectedRightBefore() {
    call("connect", 10, 41, CNC);
    Conversation first = conversation("tcp", 12, 4000, CNC);
    call("connect", 500, 42, CNC);
    Conversation second = conversation("tcp", 501, 4001, CNC);
    assertThat(owner(first)).hasValue(41);
    assertThat(owner(second)).hasValue(42);
  }

  @Test
  void oneCallMakesOneConnection() {
    call("connect", 10, 41, CNC);
    call("connect", 11, 42, CNC);
    Conversation first = conversation("tcp", 12, 4000, CNC);
    Conversation second = conversation("tcp", 12, 4001, CNC);
    assertThat(List.of(owner(first).getAsInt(), owner(second).getAsInt()))
        .containsExactlyInAnyOrder(41, 42);
  }

  @Test
  void aPortThatWasToldCountsMoreThanTheTime() {
    call("connect", 10, 41, CNC, OptionalInt.of(4000));
    call("connect", 11, 42, CNC, OptionalInt.of(4001));
    call("connect", 12, 43, CNC);
    Conversation first = conversation("tcp", 13, 4000, CNC);
    Conversation second = conversation("tcp", 13, 4001, CNC);
    Conversation third = conversation("tcp", 13, 4002, CNC);
    assertThat(owner(first)).hasValue(41);
    assertThat(owner(second)).hasValue(42);
    assertThat(owner(third)).hasValue(43);
  }

  @Test
  void nobodyIsGuessed() {
    call("connect", 10, 41, new Endpoint("203.0.113.7", 80));
    call("connect", 900, 42, CNC);
    call("openat", 10, 43, CNC);
    Conversation before = conversation("tcp", 12, 4000, CNC);
    assertThat(owner(before)).isEmpty();
    Conversation longAfter = conversation("tcp", 9000, 4001, CNC);
    assertThat(owner(longAfter)).isEmpty();
  }

  @Test
  void manyDatagramsMayGoOutByOneCallOrByMany() {
    Endpoint server = new Endpoint("192.168.1.1", 53);
    call("connect", 10, 41, server);
    Conversation connected = conversation("udp", 11, 4000, server);
    call("sendto", 20, 42, server);
    Conversation sent = conversation("udp", 20, 4001, server);
    assertThat(owner(connected)).hasValue(41);
    assertThat(owner(sent)).hasValue(42);
    Question question =
        new Question(
            ms(21),
            Origin.NETWORK,
            OptionalInt.empty(),
            "dns",
            new Endpoint("192.168.1.50", 4001),
            server,
            "A x",
            "198.18.0.1");
    assertThat(((Question) Owners.of(events::forEach).own(question)).process()).hasValue(42);
  }

  @Test
  void packetsOfOnesOwnMakingHaveAnAddressOnly() {
    call("sendto", 10, 41, new Endpoint("203.0.113.7", 0));
    Conversation syn = conversation("tcp", 10, 4000, CNC);
    Conversation ping = conversation("icmp", 11, 0, new Endpoint("203.0.113.7", 0));
    assertThat(owner(syn)).hasValue(41);
    assertThat(owner(ping)).hasValue(41);
  }

  @Test
  void theOrderInWhichEventsAreToldDoesNotMatter() {
    for (int i = 0; i < 200; i++) {
      call("connect", 10 * i, 1000 + i, CNC);
      conversation("tcp", 10 * i + 1, 4000 + i, CNC);
    }
    Collections.shuffle(events, new Random(1));
    Owners owners = Owners.of(events::forEach);
    for (int i = 0; i < 200; i++) {
      assertThat(owners.find("tcp", new Endpoint("192.168.1.50", 4000 + i), CNC, ms(10 * i + 50)))
          .contains(new Owners.Owner(1000 + i, Optional.empty()));
    }
  }

  @Test
  void theProgramIsTheOneThatTheProcessExecutedThen() {
    program(0, 41, "/tmp/sample");
    call("connect", 10, 41, CNC);
    Conversation first = conversation("tcp", 12, 4000, CNC);
    program(200, 41, "/bin/busybox");
    call("connect", 300, 41, CNC);
    Conversation second = conversation("tcp", 301, 4001, CNC);
    Owners owners = Owners.of(events::forEach);
    assertThat(owners.find("tcp", first.guest(), CNC, ms(20)))
        .hasValueSatisfying(it -> assertThat(it).hasToString("/tmp/sample (process 41)"));
    assertThat(owners.find("tcp", second.guest(), CNC, ms(320)))
        .hasValueSatisfying(it -> assertThat(it).hasToString("/bin/busybox (process 41)"));
  }

  private void fork(int ms, int parent, int child) {
    events.add(new ProcessBegun(ms(ms), Origin.HOST_KERNEL, child, parent));
  }

  private Optional<String> programThatConnects(int ms, int process) {
    call("connect", ms, process, CNC);
    Conversation conversation = conversation("tcp", ms + 1, 4000, CNC);
    return Owners.of(events::forEach)
        .find("tcp", conversation.guest(), CNC, ms(ms + 1))
        .orElseThrow()
        .program();
  }

  @Test
  void aForkedProcessExecutesWhatItsParentDidThen() {
    fork(0, 1, 41);
    program(0, 41, "/tmp/sample");
    fork(5, 42, 43); // a daemon is the child of a child, and told of in any order
    fork(4, 41, 42);
    program(8, 41, "/bin/rm");
    assertThat(programThatConnects(100, 43)).contains("/tmp/sample");
    program(200, 43, "/bin/busybox");
    assertThat(programThatConnects(300, 43)).contains("/bin/busybox");
  }

  @Test
  void aProcessWhoseParentIsNotKnownHasNoProgramThoughItsNumberWasUsedBefore() {
    program(0, 41, "/tmp/sample");
    fork(50, 7, 41);
    assertThat(programThatConnects(100, 41)).isEmpty();
  }

  /** A conversation may be told before the call that began it, in another thread. */
  @Test
  void whatTheNetworkTellsWaitsUntilItsOwnerIsKnown() {
    List<Event> told = new ArrayList<>();
    OwnedEvents owned = new OwnedEvents(told::add);
    owned.accept(conversation("tcp", 12, 4000, CNC));
    call("connect", 10, 41, CNC);
    owned.accept(events.get(1));
    assertThat(told).containsExactly(events.get(1));
    owned.tell();
    assertThat(told)
        .last(InstanceOfAssertFactories.type(Conversation.class))
        .extracting(Conversation::process)
        .isEqualTo(OptionalInt.of(41));
    assertThat(told).hasSize(2);
  }

  @Test
  void packetsInTheCaptureCarryProcessAndProgram() throws GuestException, java.io.IOException {
    FakeProgram fake = new FakeProgram(folder);
    long time = FakeProgram.START.getEpochSecond() * 1_000_000_000L + 15_000_000L;
    fake.packet(time, false, PacketFileTest.ipv4(6, 4000, "203.0.113.7", 23, 2));
    fake.packet(time, false, PacketFileTest.ipv4(6, 4002, "203.0.113.7", 23, 2));
    program(0, 41, "/tmp/sample");
    call("connect", 10, 41, CNC);
    conversation("tcp", 12, 4000, CNC);
    assertThat(fake.network.finish()).isEqualTo(FacetState.OBSERVED);
    fake.network.collect(new Evidence(folder.resolve("evidence")), Owners.of(events::forEach));
    byte[] capture =
        java.nio.file.Files.readAllBytes(folder.resolve("evidence").resolve(PacketFile.NAME));
    assertThat(Latin.text(capture).split("/tmp/sample \\(process 41\\)", -1)).hasSize(2);
    assertThat(Latin.text(capture)).contains("all packets are in the capture");
  }
}
