package org.malassay.environments.internet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.behavior.Conversation;
import org.malassay.behavior.FacetState;
import org.malassay.environment.Evidence;
import org.malassay.environment.GuestException;

/** What neither stops nor bloats the other side. */
@Timeout(60)
class HostileConversationsTest {
  private static final int MIB = 1 << 20;

  @TempDir private Path folder;

  /** The memory that is in use, without what nobody refers to any more. */
  private static long used() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private FacetState collect(FakeProgram program) throws GuestException {
    FacetState state = program.network.finish();
    program.network.collect(new Evidence(folder.resolve("evidence")), Owners.NONE);
    return state;
  }

  private static void isAlive(FakeProgram program) {
    assertThat(program.ask(80, "GET /x.arm HTTP/1.0\r\n\r\n")).endsWith("an ARM program");
  }

  @Test
  void aHeadOfTenMegabytesIsRefusedAndNotKept() {
    FakeProgram program = new FakeProgram(folder);
    long before = used();
    int id = program.connect(80);
    program.say(id, "GET / HTTP/1.1\r\n");
    byte[] header = Latin.bytes("X: " + "y".repeat(16_000) + "\r\n");
    for (int i = 0; i < 640; i++) {
      program.say(id, header);
    }
    assertThat(program.heard(id)).startsWith("HTTP/1.1 431 ");
    assertThat(program.finished).contains(id);
    assertThat(used() - before).isLessThan(4 * MIB);
    program.breakOff(id);
    assertThat(program.conversations().get(0).sentBytes()).isGreaterThan(10_000_000);
    isAlive(program);
  }

  @Test
  void aLineWithoutEndIsCutInEveryProtocolOfLines() {
    FakeProgram program = new FakeProgram(folder);
    long before = used();
    for (int port : new int[] {21, 23, 25, 6667}) {
      int id = program.connect(port);
      program.pass(Duration.ofMillis(400));
      program.say(id, "NICK ");
      for (int i = 0; i < 600; i++) {
        program.say(id, "z".repeat(16_000));
      }
      program.say(id, "\r\nQUIT\r\n");
      if (port != 23) {
        assertThat(program.finished).contains(id);
      }
    }
    assertThat(used() - before).isLessThan(4 * MIB);
    isAlive(program);
  }

  @Test
  void aByteNowAndThenHoldsNobodyUp() {
    FakeProgram program = new FakeProgram(folder);
    int slow = program.connect(80);
    for (char each : "GET /x.arm HTTP/1.0\r\nA: b\r\n".toCharArray()) {
      program.say(slow, String.valueOf(each));
      program.pass(Duration.ofSeconds(2));
      isAlive(program);
    }
    program.say(slow, "\r\n");
    assertThat(program.heard(slow)).endsWith("an ARM program");
  }

  @Test
  void tenThousandConnectionsAreTalkedTo() {
    FakeProgram program = new FakeProgram(folder);
    long before = used();
    int[] ids = new int[10_000];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = program.connect(i % 2 == 0 ? 80 : 23);
      program.say(ids[i], "GET /x.ar");
    }
    assertThat(used() - before).isLessThan(64L * MIB);
    program.pass(Duration.ofSeconds(2));
    for (int id : ids) {
      program.say(id, "m HTTP/1.0\r\n\r\n");
      program.pass(Duration.ofMillis(1)); // as many as are answered a second
    }
    assertThat(program.finished).hasSize(ids.length);
  }

  @Test
  void whoDoesNotReadIsSentNoMoreThanAWindow() throws IOException {
    Files.write(folder.resolve("big.bin"), new byte[2 * MIB]);
    Files.writeString(folder.resolve("big.yaml"), "pages: [{path: /big, file: big.bin}]");
    FakeProgram program = new FakeProgram(folder, "internet.rules", folder.toString());
    program.reads = false;
    int id = program.connect(80);
    for (int i = 0; i < 90; i++) {
      program.say(id, "GET /big HTTP/1.1\r\nHost: x\r\n\r\n");
    }
    assertThat(program.heard(id)).hasSize(Frame.WINDOW);
    assertThat(used()).isLessThan(512L * MIB); // 90 answers of 2 MiB are not 180 MiB of memory
    program.breakOff(id);
    assertThat(program.conversations().get(0).receivedBytes()).isEqualTo(Frame.WINDOW);
  }

  /** Has so many lines echoed; each echo is an array of its own, as the bytes of a page are not. */
  private static int haveEchoed(FakeProgram program, int lines) {
    int id = program.connect(23);
    program.pass(Duration.ofMillis(400));
    program.say(id, "root\r\n");
    program.say(id, "root\r\n");
    String line = "x".repeat(4000) + "\r\n";
    for (int i = 0; i < lines; i++) {
      program.say(id, line);
    }
    return id;
  }

  @Test
  void whoMakesTheOtherSideSayMuchAndDoesNotReadIsReset() {
    FakeProgram program = new FakeProgram(folder, "internet.telnet", "open");
    program.reads = false;
    long before = used();
    int id = haveEchoed(program, 5000);
    assertThat(used() - before).isLessThan(4 * MIB);
    assertThat(program.killed).containsExactly(id);
    assertThat(program.conversations())
        .singleElement()
        .extracting(Conversation::receivedBytes)
        .isEqualTo((long) Frame.WINDOW);
    program.reads = true;
    isAlive(program);
  }

  @Test
  void manyWhoDoNotReadTakeNoMoreMemoryTogether() {
    FakeProgram program = new FakeProgram(folder, "internet.telnet", "open");
    program.reads = false;
    long before = used();
    for (int i = 0; i < 20; i++) {
      haveEchoed(program, 240); // less than one may have
      program.said.clear();
    }
    assertThat(used() - before).isLessThan(2 * GuestNetwork.MOST_UNSAID);
    assertThat(program.killed).hasSizeBetween(1, 5);
    program.reads = true;
    isAlive(program);
  }

  @Test
  void garbageToTheNameServerIsNotAnsweredOrAnsweredWell() {
    FakeProgram program = new FakeProgram(folder);
    Random random = new Random(1);
    byte[] loop = {0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, (byte) 0xC0, 12, 0, 1, 0, 1};
    program.send(5000, 53, loop); // a name that points to itself
    program.send(5000, 53, new byte[0]);
    program.send(5000, 53, new byte[65_000]);
    assertThat(program.datagrams).isEmpty();
    byte[] well = {0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 'a', 0, 0, 1, 0, 1};
    for (int i = 0; i < 20_000; i++) {
      byte[] bent = well.clone();
      for (int j = random.nextInt(4); j >= 0; j--) {
        bent[random.nextInt(bent.length)] = (byte) random.nextInt();
      }
      program.send(5000 + i % 100, 53, bent);
      if (i % 20 == 0) {
        program.pass(Duration.ofMillis(10));
      }
    }
    program.datagrams.clear();
    program.pass(Duration.ofSeconds(3));
    program.send(5000, 53, well);
    assertThat(program.datagrams).hasSize(1);
  }

  @Test
  void randomBytesOnEveryPortStopNothing() {
    FakeProgram program = new FakeProgram(folder);
    Random random = new Random(2);
    String[] words = {
      "GET / HTTP/1.1\r\n",
      "\r\n",
      "\n",
      "USER x\r\n",
      "\0\0\0\1",
      "\u0016\3\1\0000\1",
      "EHLO\r\n",
      "PASV\r\n",
      "RETR x\r\n",
      "Transfer-Encoding: chunked\r\n",
      "ffffffff\r\n",
      "\u00ff\u00fa",
      "BUILD x"
    };
    int[] ports = {21, 22, 23, 25, 53, 80, 443, 6667, 31_337};
    for (int i = 0; i < 3000; i++) {
      int id = program.connect(ports[random.nextInt(ports.length)]);
      for (int j = random.nextInt(6); j >= 0; j--) {
        if (random.nextBoolean()) {
          program.say(id, words[random.nextInt(words.length)]);
        } else {
          byte[] noise = new byte[1 + random.nextInt(300)];
          random.nextBytes(noise);
          program.say(id, noise);
          program.send(random.nextInt(65_536), ports[random.nextInt(ports.length)], noise);
        }
        program.pass(Duration.ofMillis(random.nextInt(700)));
      }
      program.end(id);
    }
    program.pass(Duration.ofSeconds(60));
    isAlive(program);
  }

  @Test
  void aFloodIsHeardButNotAlwaysAnswered() throws GuestException {
    FakeProgram program = new FakeProgram(folder);
    byte[] question = {0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 'a', 0, 0, 1, 0, 1};
    for (int i = 0; i < 20_000; i++) {
      program.send(1 + i, 53, question);
    }
    assertThat(program.datagrams).hasSize(Allowance.AT_ONCE);
    program.pass(Duration.ofSeconds(1));
    program.send(1, 53, question);
    assertThat(program.datagrams).hasSize(Allowance.AT_ONCE + 1);
    assertThat(program.network.traffic().unanswered()).isEqualTo(16_000);
  }

  @Test
  void moreThanIsToldIsCounted() throws GuestException {
    FakeProgram program = new FakeProgram(folder);
    program.counts = new Traffic(70_000, 9, 1000, 40, 3, 0);
    for (int i = 0; i < Chronicle.MOST + 500; i++) {
      program.breakOff(program.connect(1 + i % 65_000));
    }
    assertThat(program.conversations()).hasSize(Chronicle.MOST);
    assertThat(collect(program))
        .satisfies(
            state -> {
              assertThat(state.kind()).isEqualTo(FacetState.Kind.CUT);
              assertThat(state.lost()).isEqualTo(500 + 40 + 3);
              assertThat(state.why())
                  .contains(
                      "the bound of 10000 conversations a sample",
                      "a flood of datagrams",
                      "more connections at once than there may be",
                      "69009 packets are not in the capture");
            });
  }

  @Test
  void allThatIsSaidIsKeptAsFarAsTheBoundsReach() throws GuestException, IOException {
    FakeProgram program = new FakeProgram(folder);
    byte[] piece = new byte[16 * 1024];
    for (int i = 0; i < 40; i++) {
      int id = program.connect(4444);
      for (int j = 0; j < 65; j++) {
        program.say(id, piece);
      }
      program.breakOff(id);
    }
    collect(program);
    Path file = folder.resolve("evidence").resolve(ConversationFile.NAME);
    assertThat(KeptConversations.bytesOf(file, 1)).isEqualTo(ConversationFile.MOST_OF_ONE);
    assertThat(KeptConversations.bytes(file)).isEqualTo(ConversationFile.MOST_OF_ALL);
  }

  @Test
  void framesThatAreNoneEndTheProgramsPartAndSaySo() throws GuestException {
    FakeProgram program = new FakeProgram(folder);
    ByteBuffer huge = ByteBuffer.allocate(Frame.HEADER).put((byte) 'D').putInt(1).putInt(1 << 30);
    assertThatThrownBy(() -> program.relay.take(huge.array()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("a frame of 1073741824 bytes");
    assertThat(collect(program).why()).contains("ended before it had told all");
    assertThatThrownBy(() -> program.relay.next(FakeProgram.answers(), folder))
        .isInstanceOf(GuestException.class)
        .hasMessageContaining("says what nobody understands");
  }
}
