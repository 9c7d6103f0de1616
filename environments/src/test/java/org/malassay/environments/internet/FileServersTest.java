package org.malassay.environments.internet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** FTP and TFTP. */
class FileServersTest {
  private static final Duration SILENCE = Duration.ofMillis(400);

  @TempDir private Path folder;

  // --- FTP

  private static int logIn(FakeProgram program) {
    int id = program.connect(21);
    program.pass(SILENCE);
    program.say(id, "USER anonymous\r\nPASS x@y\r\n");
    assertThat(program.heard(id)).contains("220 ", "331 ", "230 ");
    return id;
  }

  private static int passivePort(FakeProgram program, int id) {
    program.say(id, "PASV\r\n");
    String answer = program.heard(id);
    assertThat(answer).matches("227 Entering Passive Mode \\(203,0,113,7,\\d+,\\d+\\)\\.\r\n");
    String[] numbers = answer.substring(0, answer.indexOf(')')).split(",");
    return Integer.parseInt(numbers[4]) << 8 | Integer.parseInt(numbers[5]);
  }

  @Test
  void aFileOfAnyNameIsFetchedByFtp() {
    FakeProgram program = new FakeProgram(folder);
    int id = logIn(program);
    int data = program.connect(passivePort(program, id));
    program.say(id, "RETR /bins/x.arm\r\n");
    assertThat(program.heard(id)).isEqualTo("150 Here it comes.\r\n226 Transfer complete.\r\n");
    assertThat(program.heard(data)).isEqualTo("an ARM program");
    assertThat(program.finished).containsExactly(data);
    program.end(data);
    assertThat(program.conversations())
        .singleElement()
        .satisfies(it -> assertThat(it.protocol()).contains("ftp-data"));
    assertThat(program.questions())
        .containsExactly(
            "ftp: login anonymous x@y: let in",
            "ftp: RETR /bins/x.arm: 14 bytes (harmless program for arm)");
  }

  @Test
  void theDataConnectionMayComeAfterTheQuestion() {
    FakeProgram program = new FakeProgram(folder);
    int id = logIn(program);
    program.say(id, "EPSV\r\n");
    String answer = program.heard(id);
    int port = Integer.parseInt(answer.replaceAll("(?s).*\\|\\|\\|(\\d+)\\|.*", "$1"));
    program.say(id, "RETR x.arm\r\n");
    assertThat(program.heard(id)).isEqualTo("150 Here it comes.\r\n");
    int data = program.connect(port);
    assertThat(program.heard(data)).isEqualTo("an ARM program");
    assertThat(program.heard(id)).isEqualTo("226 Transfer complete.\r\n");
  }

  @Test
  void whatIsSentByFtpIsTaken() {
    FakeProgram program = new FakeProgram(folder);
    int id = logIn(program);
    int data = program.connect(passivePort(program, id));
    program.say(id, "STOR loot.txt\r\n");
    program.heard(id);
    program.say(data, "secret");
    program.end(data);
    assertThat(program.heard(id)).isEqualTo("226 Transfer complete.\r\n");
    assertThat(program.conversations().get(0).sent()).isEqualTo("secret");
    program.say(id, "FOO\r\nQUIT\r\n");
    assertThat(program.heard(id)).startsWith("502 ").endsWith("221 Goodbye.\r\n");
  }

  // --- TFTP

  private static byte[] request(int type, String name) {
    return Latin.bytes("\0" + (char) type + name + "\0octet\0tsize\0" + "0\0");
  }

  private static byte[] packet(int type, int block, byte[] data) {
    return ByteBuffer.allocate(4 + data.length)
        .putShort((short) type)
        .putShort((short) block)
        .put(data)
        .array();
  }

  @Test
  void aFileOfAnyNameIsFetchedByTftpBlockByBlock() throws java.io.IOException {
    byte[] content = new byte[1024];
    Arrays.fill(content, (byte) 'x');
    Files.write(folder.resolve("big.bin"), content);
    Files.writeString(folder.resolve("p.yaml"), "pages: [{path: /big, file: big.bin}]");
    FakeProgram program = new FakeProgram(folder, "internet.rules", folder.toString());
    program.send(5000, 69, request(1, "big"));
    Ends ends = program.datagramEnds.get(0);
    assertThat(ends.peerPort()).isGreaterThan(49_151); // a server answers from a port of its own
    for (int block = 1; block <= 3; block++) {
      byte[] data = program.datagrams.get(program.datagrams.size() - 1);
      assertThat(data).hasSize(block < 3 ? 516 : 4).startsWith(0, 3, 0, block);
      program.send(ends, packet(4, block - 1, new byte[0])); // an old one changes nothing
      program.send(ends, packet(4, block, new byte[0]));
    }
    assertThat(program.datagrams).hasSize(3);
    assertThat(program.questions()).containsExactly("tftp: read big: 1024 bytes (big.bin)");
  }

  @Test
  void aBlockThatIsNotAcknowledgedIsSaidAgainAndForgottenInTheEnd() {
    FakeProgram program = new FakeProgram(folder);
    program.send(5000, 69, request(1, "x.arm"));
    program.pass(Duration.ofMillis(2200));
    assertThat(program.datagrams).hasSize(3);
    program.pass(Duration.ofMinutes(2));
    int said = program.datagrams.size();
    program.pass(Duration.ofMinutes(1));
    assertThat(program.datagrams).hasSize(said);
    assertThat(program.conversations()).hasSize(2); // the request, and the transfer
  }

  @Test
  void whatIsSentByTftpIsTaken() {
    FakeProgram program = new FakeProgram(folder);
    program.send(5000, 69, request(2, "loot"));
    Ends ends = program.datagramEnds.get(0);
    program.send(ends, packet(3, 1, new byte[512]));
    program.send(ends, packet(3, 1, new byte[512]));
    program.send(ends, packet(3, 2, "end".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    assertThat(program.datagrams)
        .extracting(datagram -> datagram[3])
        .containsExactly((byte) 0, (byte) 1, (byte) 1, (byte) 2);
    assertThat(program.questions()).containsExactly("tftp: write loot: taken");
  }

  @Test
  void manyTransfersAtOnceAreBounded() {
    FakeProgram program = new FakeProgram(folder);
    for (int port = 1; port < 3000; port++) {
      program.send(port, 69, request(1, "x.arm"));
    }
    program.datagrams.clear();
    program.pass(Duration.ofMillis(1200));
    assertThat(program.datagrams).hasSizeLessThanOrEqualTo(64);
  }

  // --- NTP

  @Test
  void theTimeIsToldByNtp() {
    FakeProgram program = new FakeProgram(folder);
    byte[] question = new byte[48];
    question[0] = 0x23; // version 4, client
    ByteBuffer.wrap(question).putLong(40, 0x1234_5678_9ABC_DEF0L);
    program.send(5000, 123, question);
    ByteBuffer answer = ByteBuffer.wrap(program.datagrams.get(0));
    assertThat(answer.get(0)).isEqualTo((byte) 0x24);
    assertThat(answer.getLong(24)).isEqualTo(0x1234_5678_9ABC_DEF0L);
    long seconds = (answer.getInt(40) & 0xFFFF_FFFFL) - 2_208_988_800L;
    assertThat(seconds).isEqualTo(FakeProgram.START.getEpochSecond());
    assertThat(TimeServer.timestamp(1_500_000_000L) & 0xFFFF_FFFFL).isEqualTo(1L << 31);
    assertThat(program.questions()).containsExactly("ntp: time: the time");
  }
}
