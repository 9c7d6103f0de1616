package org.malassay.unikernel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.behavior.Conversation;
import org.malassay.behavior.Event;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.Question;
import org.malassay.environment.Evidence;
import org.malassay.environment.Execution;
import org.malassay.environment.GuestException;
import org.malassay.environment.Limits;
import org.malassay.environment.Probe;
import org.malassay.environments.internet.Answers;
import org.malassay.environments.internet.GuestNetwork;
import org.malassay.environments.internet.HarmlessPrograms;
import org.malassay.environments.internet.HostCapture;
import org.malassay.environments.internet.InternetProgram;
import org.malassay.environments.internet.Owners;
import org.malassay.environments.internet.PacketFile;
import org.malassay.environments.internet.Relay;
import org.malassay.guest.ArmPrograms;
import org.malassay.guest.Web;
import org.malassay.options.Options;
import org.malassay.qemu.Cache;
import org.malassay.qemu.Leftovers;
import org.malassay.qemu.Vm;
import org.malassay.sample.Sample;

/** A machine of QEMU whose network is a tap into the simulated Internet. */
@Tag("guest")
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UnikernelInternetIT {
  private static final String FRAMES = "internet";
  private static final Answers ANSWERS = Answers.load(Options.of(Map.of()), HarmlessPrograms.NONE);
  private static final Limits LIMITS =
      new Limits(Duration.ofSeconds(5), 1 << 20, 64 << 20, 16, 1, 8 << 20);

  /** Talks like a bot: a name, a server that keeps it alive, a page, a datagram to nobody. */
  private static final String BOT =
      """
      static const char query[] = "\\0\\1\\1\\0\\0\\1\\0\\0\\0\\0\\0\\0\\3cnc\\7example\\0\\0\\1\\0\\1";
      struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(53)};
      inet_pton(AF_INET, "8.8.8.8", &to.sin_addr);
      char b[2000];
      int s = socket(AF_INET, SOCK_DGRAM, 0);
      sendto(s, query, sizeof query - 1, 0, (void *)&to, sizeof to);
      int n = recv(s, b, sizeof b, 0);
      printf("name: %d\\n", n);
      memcpy(&to.sin_addr, b + n - 4, 4);
      to.sin_port = htons(48101);
      s = socket(AF_INET, SOCK_STREAM, 0);
      if (connect(s, (void *)&to, sizeof to)) { perror("connect"); return 1; }
      send(s, "\\0\\0\\0\\1\\0", 5, 0);
      usleep(100000);
      send(s, "\\0\\0", 2, 0);
      printf("kept alive: %zd\\n", recv(s, b, 2, 0));
      inet_pton(AF_INET, "203.0.113.80", &to.sin_addr);
      to.sin_port = htons(80);
      s = socket(AF_INET, SOCK_STREAM, 0);
      if (connect(s, (void *)&to, sizeof to)) { perror("connect"); return 1; }
      send(s, "GET /x.html HTTP/1.0\\r\\n\\r\\n", 24, 0);
      int all = 0;
      while ((n = recv(s, b, sizeof b, 0)) > 0) all += n;
      printf("page: %s\\n", all > 100 ? "yes" : "no");
      """;

  @TempDir private Path folder;
  private Path kernel;
  private InternetProgram program;

  @BeforeAll
  void prepare() throws Exception {
    kernel = Kernels.get(Kind.LOADER);
    program = InternetProgram.get(new Cache(Path.of("target/internet").toAbsolutePath()));
  }

  private Vm start() throws GuestException {
    List<String> qemu = new ArrayList<>(new Machine(kernel, 64).command());
    qemu.replaceAll(word -> word.startsWith("user,id=net") ? InternetProgram.netdev("net") : word);
    return Vm.startBounded(
        program.machine(FRAMES, qemu), Vm.newFolder(), Set.of(FRAMES), Machine.LARGEST_FILE);
  }

  private Path newFolder() throws Exception {
    return Files.createTempDirectory(folder, "network");
  }

  private String runBot(Vm vm, int port) throws Exception {
    Sample bot = new ArmPrograms(newFolder()).program("talks", BOT);
    UnikernelGuest guest = new UnikernelGuest(vm, port, LIMITS, () -> {});
    guest.deliver(bot);
    Execution execution = guest.run(List.of());
    return new String(execution.stdout().head(), UTF_8);
  }

  @Test
  void aMachineFindsAnInternetAndIsReachedThroughPortsOfTheHost() throws Exception {
    try (Vm vm = start()) {
      GuestNetwork network = Relay.of(vm.channel(FRAMES), ANSWERS, newFolder());
      int port = network.forward(Machine.HTTP);
      Probe page = Web.ask(port, Duration.ofSeconds(20));
      assertThat(page.available()).isTrue();
      List<Event> events = Collections.synchronizedList(new ArrayList<>());
      network.observe(Instant.now(), events::add);
      assertThat(runBot(vm, port)).isEqualTo("name: 45\nkept alive: 2\npage: yes\n");
      FacetState state =
          network.collect(new Evidence(folder.resolve("evidence")), () -> Owners.NONE);
      assertThat(state).isEqualTo(FacetState.OBSERVED);
      assertThat(events)
          .filteredOn(Conversation.class::isInstance)
          .map(Conversation.class::cast)
          .extracting(it -> it.protocol().orElse("") + " " + it.peer().port())
          .contains("dns 53", "mirai 48101", "http 80");
      assertThat(events)
          .filteredOn(Question.class::isInstance)
          .map(it -> ((Question) it).asked())
          .contains("A cnc.example", "GET http://203.0.113.80:80/x.html");
      assertThat(folder.resolve("evidence").resolve(PacketFile.NAME)).isNotEmptyFile();
      network.close();
    }
    Leftovers.assertNone();
  }

  @Test
  void nothingLeavesTheHost() throws Exception {
    assumeTrue(HostCapture.isPossible());
    try (HostCapture capture = new HostCapture(newFolder(), List.of());
        Vm vm = start()) {
      GuestNetwork network = Relay.of(vm.channel(FRAMES), ANSWERS, newFolder());
      int port = network.forward(Machine.HTTP);
      assertThat(Web.ask(port, Duration.ofSeconds(20)).available()).isTrue();
      assertThat(runBot(vm, port)).contains("page: yes");
      assertThat(capture.leaks()).isEmpty();
      network.close();
    }
  }

  @Test
  void aMachineThatIsEndedEndsItsNetwork() throws Exception {
    GuestNetwork network;
    try (Vm vm = start()) {
      network = Relay.of(vm.channel(FRAMES), ANSWERS, newFolder());
    }
    assertThatThrownBy(network::traffic).isInstanceOf(GuestException.class);
    Leftovers.assertNone();
  }

  @Test
  void whatKeepsANetworkFromBeingMadeIsSaid() {
    assertThatThrownBy(
            () ->
                Vm.start(
                    List.of(program.file().toString(), "machine", "absent", "9", "true"),
                    Vm.newFolder(),
                    Set.of(FRAMES)))
        .isInstanceOf(GuestException.class)
        .hasMessageContaining(
            "internet: cannot tell the frames: No such file or directory (absent)");
  }
}
