package org.malassay.environments.internet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpDialogueTest {
  @TempDir private Path folder;
  private FakeProgram program;

  @BeforeEach
  void open() {
    program = new FakeProgram(folder);
  }

  private static String body(String answer) {
    return answer.substring(answer.indexOf("\r\n\r\n") + 4);
  }

  @ParameterizedTest
  @CsvSource({
    "/bins/mirai.arm, an ARM program",
    "/ARM5, an ARM program",
    "/bins/x.mips, m",
    "/bins/x.mpsl, EMPTY", // its compiler is not there
    "/bins/x.ppc, EMPTY",
    "/a, an ARM program",
    "/a?x=1.html, an ARM program",
    "/, EMPTY",
    "/sub/, EMPTY",
    "/index.html, EMPTY"
  })
  void aFileOfAnyNameIsAHarmlessProgramOfTheRightKindOrAnEmptyPage(String path, String content) {
    String answer = program.ask(80, "GET %s HTTP/1.0\r\nHost: x.example\r\n\r\n".formatted(path));
    assertThat(answer)
        .startsWith("HTTP/1.1 200 OK\r\n")
        .contains("\r\nContent-Length: %d\r\n".formatted(body(answer).length()));
    assertThat(body(answer)).isEqualTo(content.equals("EMPTY") ? Answers.EMPTY_PAGE : content);
  }

  @Test
  void aScriptIsAHarmlessOne() {
    assertThat(body(program.ask(80, "GET /b.sh HTTP/1.0\r\n\r\n")))
        .isEqualTo(
            "#!/bin/sh\n"
                + "echo \"A harmless script, given out by Malassay's simulated Internet.\"\n");
  }

  @Test
  void eachRequestIsAQuestion() {
    program.ask(8080, "GET http://x.example/a.arm HTTP/1.0\r\n\r\n");
    program.ask(31337, "GET /b?c HTTP/1.1\r\nHost: y.example\r\n\r\n");
    program.ask(80, "HEAD / HTTP/1.0\r\n\r\n");
    assertThat(program.questions())
        .containsExactly(
            "http: GET http://x.example/a.arm: 200, 14 bytes (harmless program for arm)",
            "http: GET http://y.example/b?c: 200, 14 bytes (harmless program for arm)",
            "http: HEAD http://203.0.113.7:80/: 200, 55 bytes (page)");
  }

  @Test
  void aConnectionServesOneRequestOrManyAsTheClientWants() {
    int once = program.connect(80);
    program.say(once, "GET / HTTP/1.0\r\n\r\n");
    assertThat(program.finished).containsExactly(once);

    int often = program.connect(80);
    program.say(
        often, "GET /a.html HTTP/1.1\r\nHost: x\r\n\r\nGET /b.html HTTP/1.1\r\nHost: x\r\n");
    program.say(often, "\r\nGET /c.html HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assertThat(program.heard(often).split("HTTP/1.1 200 OK", -1)).hasSize(4);
    assertThat(program.finished).contains(often);
  }

  @Test
  void aHeadHasNoBody() {
    String answer = program.ask(80, "HEAD /x.arm HTTP/1.0\r\n\r\n");
    assertThat(answer).contains("Content-Length: 14").endsWith("\r\n\r\n");
  }

  @Test
  void whatIsSentIsWaitedForBeforeTheAnswer() {
    int id = program.connect(80);
    program.say(id, "POST /report HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345");
    assertThat(program.heard(id)).isEmpty();
    program.say(id, "67890GET /next.html HTTP/1.1\r\nHost: x\r\n\r\n");
    assertThat(program.questions()).hasSize(2);

    int chunked = program.connect(80);
    program.say(
        chunked, "POST /report HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n123");
    program.say(chunked, "45\r\n3;x=y\r\n678\r\n");
    assertThat(program.heard(chunked)).isEmpty();
    program.say(chunked, "0\r\n\r\nGET /next.html HTTP/1.1\r\nHost: x\r\n\r\n");
    assertThat(program.questions()).hasSize(4);
  }

  @Test
  void aClientThatAsksWhetherItMayGoOnIsTold() {
    int id = program.connect(80);
    program.say(id, "PUT /x HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    assertThat(program.heard(id)).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
    program.say(id, "ab");
    assertThat(program.heard(id)).startsWith("HTTP/1.1 200 OK\r\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET /\\n\\n|200",
        "GET / HTTP/1.1\\r\\nbroken\\r\\n: x\\r\\n\\r\\n|200",
        "GET / HTTP/1.1\\r\\nContent-Length: -5\\r\\n\\r\\n|200",
        "GET / HTTP/1.1\\r\\nContent-Length: 99999999999999999999\\r\\n\\r\\n|200",
        "GET / and more / HTTP/1.1\\r\\n\\r\\n|400",
        "POST / HTTP/1.1\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\nzz\\r\\n|400",
        "POST / HTTP/1.1\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\nfffffffff\\r\\n|400"
      })
  void whatIsMalformedIsAnsweredAsServersDo(String request, String status) {
    assertThat(program.ask(80, FirstBytesTest.bytes(request)))
        .startsWith("HTTP/1.1 " + status + " ");
  }

  @Test
  void whoNeverClosesIsClosed() {
    int id = program.connect(80);
    program.say(id, "GET / HTTP/1.0\r\n\r\n");
    program.pass(java.time.Duration.ofSeconds(4));
    assertThat(program.killed).containsExactly(id);
    assertThat(program.conversations()).hasSize(1);
  }
}
