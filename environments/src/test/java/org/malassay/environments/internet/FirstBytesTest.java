package org.malassay.environments.internet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** By what it is told which protocol is spoken. */
class FirstBytesTest {
  private static final Duration SILENCE = Duration.ofMillis(400);

  @TempDir private Path folder;
  private FakeProgram program;

  @BeforeEach
  void open() {
    program = new FakeProgram(folder);
  }

  private String protocol(int id) {
    program.breakOff(id);
    return program.conversations().get(0).protocol().orElse("unknown");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "http|GET / HTTP/1.0\\r\\n",
        "http|POST /cdn-cgi/ HTTP/1.1\\r\\n",
        "tls|\\x16\\x03\\x01\\x00\\x30\\x01",
        "irc|NICK bot\\r\\n",
        "irc|USER a b c d\\r\\n",
        "smtp|EHLO me\\r\\n",
        "mirai|\\x00\\x00\\x00\\x01",
        "gafgyt|BUILD ARM\\n",
        "gafgyt|PING\\n",
        "unknown|\\x01\\x02\\x03\\x04",
        "unknown|GETTING nowhere\\n",
        "unknown|\\x00\\x00\\x00\\x02"
      })
  void theFirstBytesTellOnAnyPort(String protocol, String first) {
    int id = program.connect(31_337);
    program.say(id, bytes(first));
    assertThat(protocol(id)).isEqualTo(protocol);
  }

  static String bytes(String escaped) {
    StringBuilder bytes = new StringBuilder();
    for (int i = 0; i < escaped.length(); i++) {
      if (escaped.startsWith("\\x", i)) {
        bytes.append((char) Integer.parseInt(escaped.substring(i + 2, i + 4), 16));
        i += 3;
      } else if (escaped.charAt(i) == '\\') {
        i++;
        bytes.append(escaped.charAt(i) == 'r' ? '\r' : '\n');
      } else {
        bytes.append(escaped.charAt(i));
      }
    }
    return bytes.toString();
  }

  @Test
  void theFirstBytesMayComeOneByOne() {
    int id = program.connect(4444);
    for (char each : "GET /x HTTP/1.0\r\n\r\n".toCharArray()) {
      program.say(id, String.valueOf(each));
    }
    assertThat(program.heard(id)).startsWith("HTTP/1.1 200 OK\r\n");
  }

  @ParameterizedTest
  @CsvSource({
    "21, 220 FTP",
    "23, login:",
    "2323, login:",
    "25, 220 mail",
    "80, ''",
    "6667, ''",
    "4444, ''"
  })
  void aServerThatSpeaksFirstDoesSoWhenNobodyElseDoes(int port, String greeting) {
    int id = program.connect(port);
    assertThat(program.heard(id)).isEmpty();
    program.pass(SILENCE);
    String heard = program.heard(id);
    if (greeting.isEmpty()) {
      assertThat(heard).isEmpty();
    } else {
      assertThat(heard).contains(greeting);
    }
  }

  @Test
  void aBotThatSpeaksOnTelnetsPortIsNotTakenForTelnet() {
    int id = program.connect(23);
    program.say(id, "\0\0\0\1");
    program.pass(SILENCE);
    assertThat(program.heard(id)).isEmpty();
    assertThat(protocol(id)).isEqualTo("mirai");
  }

  @Test
  void norOneThatWasGreetedBeforeItSpoke() {
    int id = program.connect(23);
    program.pass(SILENCE);
    assertThat(program.heard(id)).contains("login:");
    program.say(id, "\0\0\0\1\0");
    program.say(id, "\0\0");
    assertThat(program.heard(id)).isEqualTo("\0\0");
    assertThat(protocol(id)).isEqualTo("mirai");
  }

  @Test
  void whoAnswersTheGreetingIsAnsweredInThatProtocol() {
    int id = program.connect(21);
    program.pass(SILENCE);
    program.heard(id);
    program.say(id, "USER anonymous\r\n"); // IRC would begin like that, too
    assertThat(program.heard(id)).startsWith("331 ");
    assertThat(protocol(id)).isEqualTo("ftp");
  }

  @Test
  void onAPortOfItsOwnAProtocolNeedsNoFirstBytesThatTell() {
    int id = program.connect(25);
    program.say(id, "NOOP\r\n");
    assertThat(program.heard(id)).isEqualTo("220 mail.example ESMTP\r\n250 2.0.0 Ok\r\n");
  }

  @Test
  void whatStaysIncompleteIsDecidedByThePort() {
    int id = program.connect(23);
    program.say(id, "\0\0");
    assertThat(program.heard(id)).isEmpty();
    program.pass(Duration.ofSeconds(2));
    assertThat(program.heard(id)).contains("login:");
    assertThat(protocol(id)).isEqualTo("telnet");
  }

  @Test
  void whatNobodyUnderstandsIsTakenAndKept() {
    int id = program.connect(4444);
    program.say(id, "\1\2\3");
    program.say(id, "x".repeat(2000));
    program.pass(Duration.ofSeconds(20));
    assertThat(program.finished).isEmpty();
    program.end(id);
    assertThat(program.conversations())
        .singleElement()
        .satisfies(
            it -> {
              assertThat(it.protocol()).isEmpty();
              assertThat(it.sentBytes()).isEqualTo(2003);
              assertThat(it.sent()).hasSize(Chronicle.FIRST_BYTES).startsWith("\1\2\3xxx");
              assertThat(it.lasted()).isEqualTo(Duration.ofSeconds(20));
              assertThat(it.evidence()).contains("conversations.jsonl.gz#1");
            });
  }
}
