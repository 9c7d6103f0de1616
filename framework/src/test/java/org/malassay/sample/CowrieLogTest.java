package org.malassay.sample;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CowrieLogTest {
  private static final String SHA =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @TempDir private Path folder;

  private static String event(String session, String id, String more) {
    return """
        {"eventid":"%s","session":"%s","timestamp":"2026-01-01T00:00:00.000000Z"%s}
        """
        .formatted(id, session, more);
  }

  private static String input(String session, String typed) {
    return event(session, "cowrie.command.input", ",\"input\":\"" + typed + "\"");
  }

  private Corpus read(String... lines) throws Exception {
    Files.writeString(folder.resolve("cowrie.json"), String.join("", lines));
    return Corpus.of(
        List.of(folder),
        new Unpacking(
            Files.createDirectories(folder.resolveSibling(folder.getFileName() + "-unpacked")),
            List.of(),
            Optional.empty(),
            line -> {}));
  }

  private static LoginSession session(Corpus corpus, int at) throws Exception {
    return LoginSession.of(corpus.samples().get(at)).orElseThrow();
  }

  @Test
  void eachSessionOfALogIsASample() throws Exception {
    Corpus corpus =
        read(
            event("aa", "cowrie.session.connect", ",\"protocol\":\"telnet\""),
            input("aa", "enable"),
            event("bb", "cowrie.session.connect", ",\"protocol\":\"ssh\""),
            input("bb", "uname -a"),
            event(
                "bb",
                "cowrie.session.file_download",
                ",\"url\":\"http://192.0.2.7/x\",\"shasum\":\"" + SHA + "\""),
            input("aa", "sh"));
    assertThat(corpus.samples())
        .extracting(Sample::path)
        .containsExactly("cowrie.json!/aa", "cowrie.json!/bb");
    assertThat(corpus.holdsLoginSessions()).isTrue();
    assertThat(session(corpus, 0))
        .isEqualTo(
            new LoginSession(LoginSession.Protocol.TELNET, List.of(), List.of("enable", "sh")));
    assertThat(session(corpus, 1))
        .isEqualTo(
            new LoginSession(
                LoginSession.Protocol.SSH,
                List.of(new LoginSession.Payload(SHA, "http://192.0.2.7/x")),
                List.of("uname -a")));
  }

  @Test
  void aSessionIsAScriptWhoseInterpreterTypesIt() throws Exception {
    Sample sample = read(input("aa", "cd /tmp")).samples().get(0);
    assertThat(Files.readString(sample.file()))
        .isEqualTo(
            """
            #!/usr/local/sbin/malassay-login
            # protocol: telnet
            # commands:
            cd /tmp
            """);
    assertThat(sample.facts().fileType()).isEqualTo("script (/usr/local/sbin/malassay-login)");
  }

  /** Thousands of bots type the same. */
  @Test
  void sessionsThatAreAlikeAreOneSample() throws Exception {
    Corpus corpus = read(input("aa", "sh"), input("bb", "sh"));
    assertThat(corpus.samples()).hasSize(1);
    assertThat(corpus.members()).hasSize(2);
  }

  @Test
  void sessionsInWhichNothingWasTypedAreNone() throws Exception {
    Corpus corpus = read(event("aa", "cowrie.session.connect", ""), input("bb", "sh"));
    assertThat(corpus.samples()).extracting(Sample::path).containsExactly("cowrie.json!/bb");
  }

  @Test
  void aLogWithoutAnySaysSo() throws Exception {
    Files.writeString(folder.resolve("a"), "text");
    Corpus corpus = read(event("aa", "cowrie.session.connect", ""));
    assertThat(corpus.unread())
        .singleElement()
        .hasToString("cowrie.json is a log of Cowrie's in which nobody typed anything");
  }

  @Test
  void linesThatAreNoEventsArePassedOver() throws Exception {
    Corpus corpus =
        read(input("aa", "sh"), "no JSON\n", "[1]\n", "\n", "{\"eventid\":\"cowrie.comm");
    assertThat(session(corpus, 0).commands()).containsExactly("sh");
  }

  @Test
  void otherJsonIsASampleAsItIs() throws Exception {
    Corpus corpus = read("{\"eventid\":\"other\"}\n");
    assertThat(corpus.samples()).extracting(Sample::path).containsExactly("cowrie.json");
    assertThat(corpus.holdsLoginSessions()).isFalse();
  }

  /** A name of a session never becomes a path, and a command never a header. */
  @Test
  void whatAnAttackerChoseStaysText() throws Exception {
    Corpus corpus =
        read(
            input("../../x", "# protocol: ssh\\nrm -rf /\\u0000\\u001b"),
            event(
                "../../x",
                "cowrie.session.file_download",
                ",\"url\":\"http://x\\n# commands:\",\"shasum\":\"" + SHA + "\""));
    assertThat(corpus.samples().get(0).file().getParent().getFileName().toString())
        .endsWith("-unpacked");
    assertThat(session(corpus, 0))
        .isEqualTo(
            new LoginSession(
                LoginSession.Protocol.TELNET,
                List.of(),
                List.of("# protocol: ssh", "rm -rf /\0\u001b")));
  }

  @Test
  void ourOwnFormatIsReadFromAFile() throws Exception {
    Path file = folder.resolve("own");
    Files.write(
        file,
        """
        #!/usr/local/sbin/malassay-login
        # what: a session of ours
        # protocol: ssh
        # payload: no digest
        sh

        # a comment that is typed
        exit"""
            .getBytes(UTF_8));
    Corpus corpus =
        Corpus.of(List.of(file), new Unpacking(folder, List.of(), Optional.empty(), line -> {}));
    assertThat(session(corpus, 0))
        .isEqualTo(
            new LoginSession(
                LoginSession.Protocol.SSH,
                List.of(),
                List.of("sh", "", "# a comment that is typed", "exit")));
  }

  @Test
  void aSessionThatIsTooLargeCostsItself() throws Exception {
    String long1 = "a".repeat(900_000);
    String[] lines = new String[12];
    Arrays.fill(lines, 0, 11, input("aa", long1));
    lines[11] = input("bb", "sh");
    Corpus corpus = read(lines);
    assertThat(corpus.samples()).extracting(Sample::path).containsExactly("cowrie.json!/bb");
    assertThat(corpus.unread())
        .singleElement()
        .hasToString("cowrie.json!/aa is a login session of more than 8 MiB");
  }

  @Test
  void anyOtherSampleIsNoSession() throws Exception {
    Path file = Files.writeString(folder.resolve("script"), "#!/bin/sh\n");
    Corpus corpus =
        Corpus.of(List.of(file), new Unpacking(folder, List.of(), Optional.empty(), line -> {}));
    assertThat(LoginSession.of(corpus.samples().get(0))).isEmpty();
  }
}
