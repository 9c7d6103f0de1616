package org.malassay.environments.internet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.malassay.behavior.Conversation;
import org.malassay.behavior.Event;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.Origin;
import org.malassay.behavior.ProgramStarted;
import org.malassay.behavior.SystemCall;
import org.malassay.environment.EnvironmentException;
import org.malassay.environments.host.Cache;
import org.malassay.options.Options;

/**
 * Debian's ARM clients get from the simulated Internet what they get from INetSim: the same exit
 * status, and the same answers in the same order.
 */
@Tag("guest")
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OraclesIT {
  private static final String INETSIM_HOST = "192.168.1.50";
  private static final String OUR_HOST = "203.0.113.9";

  private static final String CONFIGURATION =
      """
      start_service dns
      start_service http
      start_service smtp
      start_service ftp
      start_service tftp
      start_service irc
      start_service ntp
      service_bind_address 192.168.1.50
      service_run_as_user nobody
      dns_default_ip 192.168.1.50
      """;

  /**
   * Something that a client does.
   *
   * @param command with HOST for the server
   * @param answers what of its output are the server's answers
   */
  private record Errand(String name, String command, String answers) {}

  private static final List<Errand> ERRANDS =
      List.of(
          new Errand("wget", "busybox wget -qO - http://HOST/sample.html | head -c 5", "<html"),
          new Errand(
              "head by wget",
              "busybox wget -S -O /dev/null http://HOST/a.html 2>&1",
              "HTTP/1.. 200|(?i)content-type: text/html"),
          new Errand(
              "curl",
              "curl -sS -o /dev/null -w '%{http_code} %{content_type} %{num_redirects}' http://HOST/a.php",
              "200 text/html 0"),
          new Errand(
              "post by curl",
              "curl -sS -o /dev/null -w '%{http_code}' -d a=b http://HOST/report.php",
              "\\d{3}"),
          new Errand(
              "head by curl",
              "curl -sSI http://HOST/a.html",
              "HTTP/1.. \\d+|(?i)content-type: \\S+"),
          new Errand(
              "nslookup", "busybox nslookup -type=a cnc.example HOST", "Name:\\s+cnc.example"),
          new Errand(
              "nslookup of mail",
              "busybox nslookup -type=mx cnc.example HOST",
              "mail exchanger = 10 m"),
          // INetSim calls the client for data, and ours is called: so a client that can do both.
          new Errand(
              "login to ftp by curl",
              "curl -sSv -o /dev/null ftp://HOST/sample.txt 2>&1; true",
              "(?m)^< (220|331|230) "),
          new Errand(
              "tnftp",
              "tnftp -o /tmp/got ftp://HOST/sample.txt >/dev/null && busybox test -s /tmp/got && echo got",
              "got"),
          new Errand(
              "upload by tnftp",
              "echo x >/tmp/x; tnftp -u ftp://HOST/upload.txt /tmp/x >/dev/null && echo sent",
              "sent"),
          new Errand(
              "tftp",
              "busybox tftp -g -r sample.txt -l /tmp/got HOST && busybox test -s /tmp/got && echo got",
              "got"),
          new Errand(
              "tftp-hpa",
              "cd /tmp; tftp -m binary HOST -c get sample.txt && busybox test -s sample.txt && echo got",
              "got"),
          new Errand(
              "a letter by curl",
              "printf 'Subject: x\\r\\n\\r\\ny\\r\\n' | curl -sSv smtp://HOST --mail-from a@b.example --mail-rcpt c@d.example -T - 2>&1",
              "(?m)^< (?!250-)\\d{3} "),
          new Errand(
              "IRC",
              "(sleep 4; echo /join '#army'; sleep 2; echo /quit; sleep 1) | TERM=dumb ircII -d -q zombie HOST",
              "Welcome to the Internet Relay Network zombie|zombie .* has joined channel #army"),
          new Errand(
              "time by chrony",
              "chronyd -u root -Q -t 20 'server HOST iburst maxsamples 1'",
              "System clock wrong by(?= -?0\\.)"));

  private InternetProgram program;
  private DebianTree clients;
  private DebianTree oracles;

  @BeforeAll
  void prepare() throws IOException, EnvironmentException {
    program = InternetProgram.get(new Cache(Path.of("target/internet").toAbsolutePath()));
    clients = DebianTree.clients();
    oracles = DebianTree.oracles();
    Path root = oracles.folder();
    Files.createDirectories(root.resolve("oracle"));
    String configuration = Files.readString(root.resolve("etc/inetsim/inetsim.conf"));
    Files.writeString(
        root.resolve("oracle/inetsim.conf"),
        configuration.replaceAll("(?m)^start_service .*", "") + CONFIGURATION);
  }

  private static String script(String host, DebianTree clients) {
    StringBuilder script = new StringBuilder();
    for (Errand errand : ERRANDS) {
      script.append(
          "echo '== %s'; %s /usr/bin/busybox sh -c '%s' 2>&1; echo \"== $?\"\n"
              .formatted(
                  errand.name(),
                  clients.in(),
                  ("busybox rm -rf /tmp/*; " + errand.command().replace("HOST", host))
                      .replace("'", "'\\''")));
    }
    return script.toString();
  }

  private String inetsim() {
    return """
        rm -rf %1$s/oracle/log %1$s/oracle/pid; mkdir -m 777 -p %1$s/oracle/log %1$s/oracle/report
        LC_ALL=C %2$s /usr/bin/perl -T /usr/bin/inetsim --config=/oracle/inetsim.conf \
          --log-dir=/oracle/log --report-dir=/oracle/report --data-dir=/usr/share/inetsim/data \
          --bind-address=192.168.1.50 --user=nobody --pidfile=/oracle/pid </dev/null >/dev/null 2>&1 &
        for i in $(seq 300); do
          grep -q 'Simulation running' %1$s/oracle/log/main.log 2>/dev/null && break
          sleep 0.1
        done
        """
        .formatted(oracles.folder(), oracles.in());
  }

  /** What each errand printed, with its status, by its name. */
  private Map<String, String> run(String script) throws Exception {
    Answers answers = Answers.load(Options.of(Map.of()), program.harmless());
    List<String> words = List.of("unshare", "--pid", "--fork", "--kill-child", "sh", "-c", script);
    try (NamespaceRun run = NamespaceRun.start(program, answers, words)) {
      Map<String, String> printed = new HashMap<>();
      Matcher section =
          Pattern.compile("(?s)== ([^\n]+)\n(.*?)== (\\d+)\n").matcher(run.await().output());
      while (section.find()) {
        printed.put(section.group(1), section.group(3) + "\n" + section.group(2));
      }
      return printed;
    }
  }

  private static List<String> answers(Errand errand, String printed) {
    List<String> found =
        new ArrayList<>(List.of("status " + printed.lines().findFirst().orElse("")));
    Matcher answer =
        Pattern.compile(errand.answers()).matcher(printed.substring(printed.indexOf('\n') + 1));
    while (answer.find()) {
      found.add(answer.group().toLowerCase(java.util.Locale.ROOT).replaceAll("\\s+", " ").strip());
    }
    return found;
  }

  @TestFactory
  Stream<DynamicTest> clientsGetWhatTheyGetFromInetsim() throws Exception {
    Map<String, String> theirs = run(inetsim() + script(INETSIM_HOST, clients));
    Map<String, String> ours = run(script(OUR_HOST, clients));
    return ERRANDS.stream()
        .map(
            errand ->
                DynamicTest.dynamicTest(
                    errand.name(),
                    () -> {
                      String theirPrint = Objects.requireNonNull(theirs.get(errand.name()));
                      String ourPrint = Objects.requireNonNull(ours.get(errand.name()));
                      List<String> expected = answers(errand, theirPrint);
                      assertThat(expected).as(theirPrint).hasSizeGreaterThan(1);
                      assertThat(answers(errand, ourPrint))
                          .as("theirs: %s%nours: %s", theirPrint, ourPrint)
                          .isEqualTo(expected);
                    }));
  }

  /** The calls that a recorder would have seen of these conversations. */
  private static Owners owners(List<Event> events) {
    List<Event> all = new ArrayList<>(events);
    all.add(
        new ProgramStarted(
            Duration.ofSeconds(-9), Origin.HOST_KERNEL, 41, "/tmp/ä", List.of(), false));
    for (Event event : events) {
      if (event instanceof Conversation it) {
        all.add(
            new SystemCall(
                it.at().minusMillis(1),
                Origin.HOST_KERNEL,
                Duration.ofMillis(1),
                41,
                41,
                "connect",
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(it.peer()),
                OptionalInt.of(it.guest().port()),
                0,
                Optional.empty()));
      }
    }
    return Owners.of(all::forEach);
  }

  private String tool(String words) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder("sh", "-c", oracles.in() + " " + words)
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  @Test
  void wiresharksToolsReadTheCaptureWithItsComments() throws Exception {
    String command =
        clients.in()
            + " /usr/bin/busybox sh -c 'busybox wget -qO /dev/null http://203.0.113.9/x.arm;"
            + " busybox ping -c 1 203.0.113.8; busybox wget -qO - http://[2001:db8::9]/'";
    Answers answers = Answers.load(Options.of(Map.of()), program.harmless());
    try (NamespaceRun run = NamespaceRun.start(program, answers, List.of("sh", "-c", command))) {
      NamespaceRun.Outcome outcome = run.await(OraclesIT::owners);
      assertThat(outcome.state()).isEqualTo(FacetState.OBSERVED);
      Files.copy(
          outcome.evidence().resolve(PacketFile.NAME),
          oracles.folder().resolve("oracle/capture.pcapng"),
          StandardCopyOption.REPLACE_EXISTING);
    }
    String packets =
        tool(
            "/usr/bin/tshark -r /oracle/capture.pcapng -T fields -E separator=' '"
                + " -e frame.comment -e _ws.col.Protocol -e _ws.col.Destination 2>/dev/null");
    assertThat(packets)
        .contains("/tmp/ä (process 41) HTTP 203.0.113.9\n")
        .contains("/tmp/ä (process 41) ICMP 203.0.113.8\n")
        .contains("/tmp/ä (process 41) HTTP 2001:db8::9\n")
        .doesNotContain("(process 41) ARP");
    assertThat(
            tool(
                "/usr/bin/tshark -r /oracle/capture.pcapng -Y http.request -T fields -e http.request.uri 2>/dev/null"))
        .isEqualTo("/x.arm\n/\n");
    long count = packets.lines().count();
    assertThat(tool("/usr/bin/capinfos -M /oracle/capture.pcapng"))
        .containsPattern("Number of packets: +%d\n".formatted(count))
        .contains("(1 - ether)", "Capture length = 512", "ticks per second = 1000000000")
        .contains("all packets are in the capture");
    tool("/usr/bin/editcap -F pcap /oracle/capture.pcapng /oracle/capture.pcap");
    assertThat(tool("/usr/bin/tshark -r /oracle/capture.pcap 2>/dev/null").lines().count())
        .isEqualTo(count);
  }
}
