package org.malassay.environments.internet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.behavior.Endpoint;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.Origin;
import org.malassay.behavior.Question;
import org.malassay.environment.Evidence;
import org.malassay.environment.GuestException;
import org.malassay.environments.host.Timeouts;

@Timeout(30)
class GuestNetworkTest {
  @TempDir private Path folder;

  @Test
  void aConversationIsAnEventWhenItIsOver() {
    FakeProgram program = new FakeProgram(folder);
    program.pass(Duration.ofSeconds(2));
    int id = program.connect("198.51.100.7", 8080);
    program.say(id, "GET /x.arm HTTP/1.0\r\n\r\n");
    assertThat(program.conversations()).isEmpty();
    program.pass(Duration.ofSeconds(1));
    program.end(id);
    assertThat(program.conversations())
        .singleElement()
        .satisfies(
            it -> {
              assertThat(it.at()).isEqualTo(Duration.ofSeconds(2));
              assertThat(it.lasted()).isEqualTo(Duration.ofSeconds(1));
              assertThat(it.origin()).isEqualTo(Origin.NETWORK);
              assertThat(it.transport()).isEqualTo("tcp");
              assertThat(it.guest()).isEqualTo(new Endpoint("192.168.1.50", 40_000));
              assertThat(it.peer()).isEqualTo(new Endpoint("198.51.100.7", 8080));
              assertThat(it.protocol()).contains("http");
              assertThat(it.sentBytes()).isEqualTo(23);
              assertThat(it.sent()).isEqualTo("GET /x.arm HTTP/1.0\r\n\r\n");
              assertThat(it.received()).startsWith("HTTP/1.1 200 OK").endsWith("an ARM program");
              assertThat(it.receivedBytes()).isEqualTo(it.received().length());
              assertThat(it.process()).isEmpty();
            });
    assertThat(program.events.get(0))
        .isEqualTo(
            new Question(
                Duration.ofSeconds(2),
                Origin.NETWORK,
                OptionalInt.empty(),
                "http",
                new Endpoint("192.168.1.50", 40_000),
                new Endpoint("198.51.100.7", 8080),
                "GET http://198.51.100.7:8080/x.arm",
                "200, 14 bytes (harmless program for arm)"));
  }

  @Test
  void datagramsBetweenTheSameEndsAreOne() throws GuestException {
    FakeProgram program = new FakeProgram(folder);
    program.send(5000, 4000, new byte[] {'a'});
    program.pass(Duration.ofSeconds(3));
    program.send(5000, 4000, new byte[] {'b'});
    program.send(5001, 4000, new byte[] {'c'});
    program.pass(Duration.ofSeconds(31));
    program.send(5000, 4000, new byte[] {'d'});
    program.network.finish();
    assertThat(program.conversations())
        .extracting(it -> it.sent())
        .containsExactlyInAnyOrder("ab", "c", "d");
  }

  @Test
  void whatWasSaidBeforeTheSampleBeganIsNotTold() throws GuestException {
    FakeProgram program = new FakeProgram(folder);
    List<String> told = new ArrayList<>();
    GuestNetwork network = program.relay.next(FakeProgram.answers(), folder);
    int before = program.connect(4444);
    program.say(before, "the system's own");
    program.breakOff(before);
    int open = program.connect(4445);
    network.observe(FakeProgram.START, event -> told.add(event.toString()));
    program.breakOff(open);
    assertThat(told).singleElement().asString().contains("4445");
  }

  /** That of the fake program is months ahead, as another machine's may be. */
  @Test
  void timesCountByTheClockOfTheNetwork() throws GuestException {
    FakeProgram program = new FakeProgram(folder);
    assertThat(program.network.clock())
        .isBetween(FakeProgram.START, FakeProgram.START.plusSeconds(60));
  }

  @Test
  void allThatIsSaidIsAmongTheEvidence() throws GuestException, IOException {
    FakeProgram program = new FakeProgram(folder);
    int id = program.connect(4444);
    program.say(id, "\u00ff\0\u001b[31mred");
    program.end(id);
    assertThat(program.network.finish()).isEqualTo(FacetState.OBSERVED);
    program.network.collect(new Evidence(folder.resolve("evidence")), Owners.NONE);
    assertThat(KeptConversations.read(folder.resolve("evidence/conversations.jsonl.gz")))
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.path("conversation").asInt()).isEqualTo(1);
              assertThat(line.path("peer").asText()).isEqualTo("203.0.113.7:4444");
              assertThat(line.path("sent").asText()).isEqualTo("\u00ff\0\u001b[31mred");
            });
  }

  @Test
  void theNextGuestHasANetworkOfItsOwn() throws GuestException {
    FakeProgram program = new FakeProgram(folder);
    int id = program.connect(4444);
    GuestNetwork next = program.relay.next(FakeProgram.answers(), folder);
    assertThat(program.conversations()).hasSize(1); // of the guest before, which is over
    program.say(id, "late"); // of the guest before: it concerns nobody
    assertThat(next.pair().namespace()).isEqualTo(4_026_531_992L);
    assertThat(next.pair().ipv6()).isTrue();
    assertThat(next.traffic().sent()).isEqualTo(5);
  }

  @Test
  void anErrorOfTheProgramIsToldToWhoeverWaits() {
    Relay relay = new Relay(bytes -> {}, new Timeouts(1));
    Thread program =
        new Thread(
            () -> {
              byte[] words = Latin.bytes("cannot make a pair of network interfaces: no");
              try {
                Thread.sleep(100);
                relay.take(Frame.begin(Frame.ERROR, 0, words.length).put(words).array());
              } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
              }
            });
    program.start();
    assertThatThrownBy(() -> relay.next(FakeProgram.answers(), folder))
        .isInstanceOf(GuestException.class)
        .hasMessage("the simulated Internet cannot make a pair of network interfaces: no");
  }
}
