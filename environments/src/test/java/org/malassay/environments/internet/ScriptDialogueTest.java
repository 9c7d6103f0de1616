package org.malassay.environments.internet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the project's own rules say, and what a user's can. */
class ScriptDialogueTest {
  private static final Duration SILENCE = Duration.ofMillis(400);

  @TempDir private Path folder;

  private FakeProgram program(String... options) {
    return new FakeProgram(folder, options);
  }

  @Test
  void ircWelcomesWhoeverComes() {
    FakeProgram program = program();
    int id = program.connect(6667);
    program.say(id, "NICK zombie\r\nUSER a b c :d\r\n");
    assertThat(program.heard(id))
        .startsWith(":irc.example 001 zombie :Welcome")
        .contains(" 422 zombie ");
    program.say(id, "JOIN #army\r\nPING :1\r\nPRIVMSG #army :here\r\n");
    assertThat(program.heard(id))
        .contains(":zombie!a@192.168.1.50 JOIN :#army\r\n", " 366 zombie #army ")
        .endsWith(":irc.example PONG irc.example :1\r\n");
    program.pass(Duration.ofSeconds(61));
    assertThat(program.heard(id)).isEqualTo("PING :irc.example\r\n");
    program.say(id, "QUIT\r\n");
    assertThat(program.finished).containsExactly(id);
    assertThat(program.questions())
        .containsExactly(
            "irc: nick zombie: taken",
            "irc: user a: welcome",
            "irc: join #army: alone there",
            "irc: say to #army: here: said");
  }

  @Test
  void mailIsTaken() {
    FakeProgram program = program();
    int id = program.connect(25);
    program.pass(SILENCE);
    program.say(id, "EHLO me\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n");
    program.say(id, "Subject: x\r\n\r\n..\r\nQUIT\r\n.\r\nQUIT\r\n");
    assertThat(program.heard(id))
        .startsWith("220 mail.example ESMTP\r\n250-mail.example\r\n")
        .contains("354 End data")
        .endsWith("250 2.0.0 Ok: queued\r\n221 2.0.0 Bye\r\n");
    assertThat(program.questions())
        .containsExactly("smtp: from <a@b.example>: taken", "smtp: to <c@d.example>: taken");
  }

  @Test
  void telnetRefusesWhoeverLogsIn() {
    FakeProgram program = program();
    int id = program.connect(23);
    program.pass(SILENCE);
    assertThat(program.heard(id)).endsWith("\r\nlogin: ");
    program.say(id, "\u00ff\u00fd\u0003\u00ff\u00fa\u001f\0P\0\u0018\u00ff\u00f0root\r\0");
    assertThat(program.heard(id)).isEqualTo("root\r\nPassword: ");
    program.say(id, "guess\r\n");
    assertThat(program.heard(id)).isEqualTo("\r\nLogin incorrect\r\nlogin: ");
    program.say(id, "admin\nagain\n");
    assertThat(program.heard(id)).endsWith("\r\nLogin incorrect\r\n");
    assertThat(program.finished).containsExactly(id);
    assertThat(program.questions())
        .containsExactly("telnet: login root guess: refused", "telnet: login admin again: refused");
  }

  @Test
  void orLetsInWhenTheUserWantsItSo() {
    FakeProgram program = program("internet.telnet", "open");
    int id = program.connect(23);
    program.pass(SILENCE);
    program.say(id, "root\r\nguess\r\n");
    assertThat(program.heard(id)).endsWith("\r\n\r\n# ");
    program.say(id, "/bin/busybox QXZT\r\n");
    assertThat(program.heard(id)).endsWith("\r\nQXZT: applet not found\r\n# ");
    program.say(id, "echo -e 'hello there'\r\n");
    assertThat(program.heard(id)).endsWith("\r\nhello there\r\n# ");
    program.say(id, "exit\r\n");
    assertThat(program.finished).containsExactly(id);
    assertThat(program.questions())
        .startsWith(
            "telnet: login root guess: let in",
            "telnet: command /bin/busybox QXZT: applet not found");
  }

  @Test
  void miraisBotsAreKeptAliveAndToldNothing() {
    FakeProgram program = program();
    int id = program.connect(48101);
    program.say(id, "\0\0\0\1");
    program.say(id, "\3arm");
    program.say(id, "\0");
    program.say(id, "\0\0\0");
    assertThat(program.heard(id)).isEqualTo("\0\0\0\0");
    program.pass(Duration.ofMinutes(5));
    assertThat(program.heard(id)).isEmpty();
    assertThat(program.questions())
        .containsExactly("mirai: a bot says that it is here: nothing", "mirai: id arm: nothing");
  }

  @Test
  void gafgytsBotsAreAskedWhetherTheyAreThere() {
    FakeProgram program = program();
    int id = program.connect(666);
    program.say(id, "BUILD ARM\nPING\n");
    assertThat(program.heard(id)).isEqualTo("PONG\n");
    program.pass(Duration.ofSeconds(61));
    assertThat(program.heard(id)).isEqualTo("PING\nPING\n");
    program.say(id, "PONG\n");
    assertThat(program.heard(id)).isEmpty();
  }

  @Test
  void aCommandIsSaidOnlyWhenTheUsersScriptHoldsIt() throws IOException {
    Path script =
        Files.writeString(
            folder.resolve("script.yaml"),
            """
            - protocol: mirai
              after: 4s
              says: "second"
            - protocol: mirai
              after: 2s
              says: "first\\x00"
            - protocol: unknown
              after: 1s
              says: "who are you?"
            """);
    FakeProgram program = program("cnc.script", script.toString());
    int id = program.connect(23);
    program.say(id, "\0\0\0\1\0");
    int other = program.connect(4444);
    program.pass(Duration.ofMillis(1500));
    assertThat(program.heard(id)).isEmpty();
    assertThat(program.heard(other)).isEqualTo("who are you?");
    program.pass(Duration.ofSeconds(1));
    assertThat(program.heard(id)).isEqualTo("first\0");
    program.pass(Duration.ofSeconds(10));
    assertThat(program.heard(id)).isEqualTo("second");
  }

  @Test
  void aUsersRulesCountBeforeOurs() throws IOException {
    Path rules = Files.createDirectory(folder.resolve("rules"));
    Files.writeString(
        rules.resolve("mine.yaml"),
        """
        protocols:
          - protocol: zork
            tells: "ZORK (?<version>[0-9]+)"
            ports: [7777]
            greeting: "who?\\n"
            states:
              start:
                - hears: "ZORK (?<version>[0-9]+)"
                  says: "welcome {version} from {peer}:{port}, {nobody}\\n"
                  asked: "version {version}"
                  answered: "welcome"
                  then: end
          - protocol: beacon
            transport: udp
            ports: [9999]
            states:
              start:
                - hears: "ping (.*)"
                  says: "pong"
        pages:
          - path: "/api/ip"
            host: "ip\\\\.example"
            type: text/plain
            text: "203.0.113.9"
          - path: "/moved"
            status: 302
            location: "http://elsewhere.example/"
          - path: "/gone"
            status: 404
          - path: "/payload"
            file: payload.bin
        names:
          - name: ".*\\\\.onion"
            absent: true
        """);
    Files.writeString(rules.resolve("payload.bin"), "mine");
    FakeProgram program = program("internet.rules", rules.toString());
    assertThat(program.ask(4444, "ZORK 3\n"))
        .isEqualTo("welcome 3 from 203.0.113.7:4444, {nobody}\n");
    int silent = program.connect(7777);
    program.pass(SILENCE);
    assertThat(program.heard(silent)).isEqualTo("who?\n");
    program.send(5000, 9999, Latin.bytes("ping 1"));
    assertThat(program.datagrams).singleElement().isEqualTo(Latin.bytes("pong"));
    assertThat(program.ask(80, "GET /api/ip HTTP/1.0\r\nHost: ip.example\r\n\r\n"))
        .contains("Content-Type: text/plain")
        .endsWith("\r\n203.0.113.9");
    assertThat(program.ask(80, "GET /api/ip HTTP/1.0\r\n\r\n")).endsWith("an ARM program");
    assertThat(program.ask(80, "GET /moved HTTP/1.0\r\n\r\n"))
        .startsWith("HTTP/1.1 302 ")
        .contains("Location: http://elsewhere.example/\r\n");
    assertThat(program.ask(80, "GET /gone HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 404 ");
    assertThat(program.ask(80, "GET /payload HTTP/1.0\r\n\r\n")).endsWith("\r\n\r\nmine");
  }
}
