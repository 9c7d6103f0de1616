package org.malassay.environments.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.github.dockerjava.api.model.Capability;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.malassay.behavior.CallsCounted;
import org.malassay.behavior.Endpoint;
import org.malassay.behavior.Event;
import org.malassay.behavior.EventSink;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.ProcessBegun;
import org.malassay.behavior.ProcessEnded;
import org.malassay.behavior.ProgramStarted;
import org.malassay.behavior.SystemCall;
import org.malassay.environment.Ending;
import org.malassay.environment.Environment;
import org.malassay.environment.Execution;
import org.malassay.environment.GuestException;
import org.malassay.environment.Limits;
import org.malassay.environment.Opening;
import org.malassay.environment.Order;
import org.malassay.environments.contract.ArmPrograms;
import org.malassay.environments.contract.ToldEvents;
import org.malassay.environments.host.Timeouts;
import org.malassay.environments.tracing.GuestRecording;
import org.malassay.environments.tracing.RecorderBounds;
import org.malassay.options.Options;
import org.malassay.sample.Sample;

/** A real recorder beside real guests that run real ARM programs. */
@Tag("guest")
@Timeout(180)
class RecorderContainerIT {
  private static final String RUN = "it-" + UUID.randomUUID();
  private static final Limits LIMITS =
      new Limits(Duration.ofSeconds(4), 1 << 20, 256 << 20, 128, 1, 64 << 20);
  private static final Duration END = Duration.ofSeconds(5);

  private static Engine engine;
  private static Environment environment;
  private static RecorderContainer recorder;
  private static ArmPrograms arm;

  @BeforeAll
  static void open(@TempDir Path folder) throws Exception {
    arm = new ArmPrograms(folder);
    engine = Engine.find(new Timeouts(1));
    environment =
        new ContainerProvider()
            .open(new Opening(Options.of(Map.of("internet", "none")), LIMITS, RUN));
    recorder = RecorderContainer.start(engine, engine.info(), RUN, RecorderBounds.DEFAULT);
  }

  @AfterAll
  static void nothingIsLeft() throws Exception {
    recorder.close();
    environment.close();
    assertThat(engine.containers(GuestLabels.RUN, RUN)).isEmpty();
    engine.close();
  }

  /** What was recorded of one sample. */
  private record Recorded(
      Execution execution, List<Event> events, Map<Facet, FacetState> states, Duration ended)
      implements ToldEvents {}

  private static Recorded record(RecorderContainer by, Sample sample) throws Exception {
    List<Event> events = Collections.synchronizedList(new ArrayList<>());
    try (GuestRecording recording = by.recorder().open(events::add, Optional.of("/tmp"))) {
      Execution execution = run(sample, recording.cookie());
      long start = System.nanoTime();
      recording.awaitEnd(END);
      Duration ended = Duration.ofNanos(System.nanoTime() - start);
      Map<Facet, FacetState> states = recording.finish();
      return new Recorded(execution, List.copyOf(events), states, ended);
    }
  }

  private static Execution run(Sample sample, long cookie) throws Exception {
    try (ContainerGuest guest = (ContainerGuest) environment.start()) {
      guest.put(sample);
      guest.mark(cookie);
      return guest.run(Order.of(), EventSink.NONE);
    }
  }

  private static Recorded record(String name, String body) throws Exception {
    return record(recorder, arm.program(name, body));
  }

  private static final Map<Facet, FacetState> OBSERVED =
      Map.of(Facet.CALLS, FacetState.OBSERVED, Facet.PROCESSES, FacetState.OBSERVED);

  @Test
  void theRecorderPassedItsCheckAndSaysNothingElse() {
    assertThat(recorder.recorder().ended()).isEmpty();
    assertThat(recorder.recorder().hello()).isCompleted();
  }

  @Test
  void whatAnARMProgramDoesIsToldByNameWithArgumentsAndResult() throws Exception {
    Recorded recorded =
        record(
            "does things",
            """
            int file = open("dropped", O_WRONLY | O_CREAT | O_TRUNC, 0600);
            write(file, "#!/bin/sh\\n", 10);
            fchmod(file, 0755);
            close(file);
            rename("dropped", "/tmp/../tmp/renamed");
            open("/dev/watchdog", O_RDWR);
            int self = open("/proc/self/exe", O_RDONLY);
            int copy = open("copy", O_WRONLY | O_CREAT, 0600);
            copy_file_range(self, 0, copy, 0, 5, 0);
            int s = socket(AF_INET, SOCK_STREAM, 0);
            struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(23)};
            inet_aton("203.0.113.7", &to.sin_addr);
            connect(s, (void *)&to, sizeof to);
            mount("none", "/mnt", "tmpfs", 0, 0);
            if (fork() == 0) {
              unlink("renamed");
              raise(SIGKILL);
            }
            wait(0);
            return 7;
            """);

    assertThat(recorded.execution().ending()).isEqualTo(new Ending.Exited(7));
    assertThat(recorded.states()).isEqualTo(OBSERVED);
    assertThat(recorded.all(SystemCall.class))
        .extracting(SystemCall::path)
        .doesNotContain(
            Optional.of("/etc/qemu-binfmt/arm/tmp/dropped"), Optional.of("/proc/self/maps"));
    SystemCall opened = recorded.calls("openat").get(0);
    assertThat(opened.arguments())
        .containsExactly("AT_FDCWD", "\"dropped\"", "O_WRONLY|O_CREAT|O_TRUNC", "0600");
    assertThat(opened.path()).contains("/tmp/dropped");
    assertThat(opened.result()).isPositive();
    assertThat(recorded.calls("fchmod").get(0).path()).contains("/tmp/dropped");
    assertThat(recorded.calls("write").get(0).arguments())
        .containsExactly(Long.toString(opened.result()), "\"#!/bin/sh\\n\"", "10");
    assertThat(recorded.calls("rename").get(0).target()).contains("/tmp/renamed");
    assertThat(recorded.calls("openat").get(1).error()).contains("ENOENT");
    assertThat(recorded.calls("openat").get(2).path()).contains("/tmp/does_things");
    SystemCall copied = recorded.calls("copy_file_range").get(0);
    assertThat(copied.path()).contains("/tmp/does_things");
    assertThat(copied.target()).contains("/tmp/copy");
    assertThat(copied.result()).isEqualTo(5);
    SystemCall connected = recorded.calls("connect").get(0);
    assertThat(connected.endpoint()).contains(new Endpoint("203.0.113.7", 23));
    assertThat(connected.error()).contains("ENETUNREACH");
    SystemCall refused = recorded.calls("mount").get(0);
    assertThat(refused.path()).contains("/mnt");
    assertThat(refused.error()).as("by seccomp, before it was entered").contains("EPERM");
    assertThat(recorded.calls("unlink").get(0).path()).contains("/tmp/renamed");
    assertThat(recorded.calls("clone")).as("no threads of the emulator's").hasSize(1);
    assertThat(recorded.all(CallsCounted.class))
        .allSatisfy(count -> assertThat(count.failed()).isLessThanOrEqualTo(count.calls()));
    assertThat(recorded.counted("openat")).isEqualTo(4);
    assertThat(recorded.counted("rename")).isEqualTo(1);
  }

  @Test
  void whatASampleWritesByteByByteToATerminalOfItsOwnIsTold() throws Exception {
    Recorded recorded =
        record(
            "writes to its terminal",
            """
            int one = posix_openpt(O_RDWR | O_NOCTTY), other = -1;
            char key;
            if (one >= 0 && grantpt(one) == 0 && unlockpt(one) == 0)
              other = open(ptsname(one), O_RDWR | O_NOCTTY);
            if (other < 0) return 1;
            dup2(other, 0);
            for (int i = 0; i < 100; i++)
              if (write(0, "x", 1) != 1 || read(one, &key, 1) != 1 || write(one, "y", 1) != 1)
                return 2;
            """);

    assertThat(recorded.execution().ending()).isEqualTo(new Ending.Exited(0));
    assertThat(recorded.states()).isEqualTo(OBSERVED);
    assertThat(recorded.calls("write")).hasSize(200);
    assertThat(recorded.calls("read")).hasSizeGreaterThanOrEqualTo(100);
    assertThat(recorded.calls("write"))
        .filteredOn(it -> it.arguments().contains("\"x\""))
        .hasSize(100);
  }

  @Test
  void theTreeOfProcessesIsWholeOrphansIncluded() throws Exception {
    Recorded recorded =
        record(
            "leaves an orphan",
            """
            if (fork() == 0) {
              if (fork() == 0) { usleep(500000); unlink("by-orphan"); _exit(4); }
              raise(SIGTERM);
            }
            wait(0);
            usleep(1000000);
            if (fork() == 0) execl("/bin/sh", "sh", "-c", "exit 5", (char *)0);
            wait(0);
            return 7;
            """);

    assertThat(recorded.states()).isEqualTo(OBSERVED);
    List<ProcessBegun> begun = recorded.all(ProcessBegun.class);
    assertThat(begun).hasSize(4);
    int first = begun.get(0).process();
    assertThat(first).as("as the guest sees it").isLessThan(1000);
    assertThat(begun.get(1).parent()).isEqualTo(first);
    assertThat(begun.get(2).parent()).isEqualTo(begun.get(1).process());
    assertThat(begun.get(3).parent()).isEqualTo(first);
    assertThat(recorded.all(ProgramStarted.class))
        .extracting(ProgramStarted::program, ProgramStarted::arguments)
        .containsExactly(
            tuple("/tmp/leaves_an_orphan", List.of("/tmp/leaves_an_orphan")),
            tuple("/bin/sh", List.of("sh", "-c", "exit 5")));
    assertThat(recorded.calls("unlink").get(0).process()).isEqualTo(begun.get(2).process());
    assertThat(recorded.all(ProcessEnded.class))
        .extracting(ProcessEnded::process, ProcessEnded::status, ProcessEnded::signal)
        .containsExactly(
            tuple(begun.get(1).process(), OptionalInt.empty(), OptionalInt.of(15)),
            tuple(begun.get(2).process(), OptionalInt.of(4), OptionalInt.empty()),
            tuple(begun.get(3).process(), OptionalInt.of(5), OptionalInt.empty()),
            tuple(first, OptionalInt.of(7), OptionalInt.empty()));
  }

  @Test
  void aFloodIsCutAndCountedAndTheGuestBesideItIsWhole() throws Exception {
    CompletableFuture<Recorded> flood =
        CompletableFuture.supplyAsync(
            () -> unchecked("floods", "for (;;) unlink(\"/tmp/absent\");"));
    Recorded beside =
        record(
            "counts",
            """
            for (int i = 0; i < 300; i++) {
              char name[32];
              sprintf(name, "/tmp/absent-%d", i);
              unlink(name);
              usleep(5000);
            }
            """);
    Recorded flooded = flood.join();

    assertThat(beside.states()).isEqualTo(OBSERVED);
    assertThat(beside.calls("unlink"))
        .extracting(call -> call.path().orElseThrow())
        .containsExactlyElementsOf(
            IntStream.range(0, 300).mapToObj(i -> "/tmp/absent-" + i).toList());
    FacetState calls = flooded.states().get(Facet.CALLS);
    assertThat(calls.kind())
        .as("%s %s", flooded.execution().ending(), flooded.all(CallsCounted.class))
        .isEqualTo(FacetState.Kind.CUT);
    assertThat(calls.why()).contains("more than 20000 of one kind");
    assertThat(flooded.states().get(Facet.PROCESSES)).isEqualTo(FacetState.OBSERVED);
    assertThat(flooded.counted("unlink"))
        .isGreaterThan(100_000)
        .isEqualTo(flooded.calls("unlink").size() + calls.lost());
    assertThat(flooded.ended()).isLessThan(END);
  }

  @Test
  void aRecorderThatIsKilledIsTold() throws Exception {
    try (RecorderContainer other =
            RecorderContainer.start(engine, engine.info(), RUN, RecorderBounds.DEFAULT);
        ContainerGuest guest = (ContainerGuest) environment.start();
        GuestRecording recording = other.recorder().open(event -> {}, Optional.of("/tmp"))) {
      guest.put(arm.program("sleeps", "sleep(2);"));
      guest.mark(recording.cookie());
      CompletableFuture<Void> killed =
          CompletableFuture.runAsync(
              () -> remove(other), CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS));
      assertThat(guest.run(Order.of(), EventSink.NONE).ending()).isEqualTo(new Ending.Exited(0));
      killed.join();

      assertThat(recording.finish())
          .isEqualTo(
              Map.of(
                  Facet.CALLS, FacetState.cut(0, "the recorder has ended"),
                  Facet.PROCESSES, FacetState.cut(0, "the recorder has ended")));
      try (GuestRecording next = other.recorder().open(event -> {}, Optional.empty())) {
        assertThat(next.finish().get(Facet.CALLS))
            .isEqualTo(FacetState.missing("the recorder has ended"));
      }
    }
  }

  private static void remove(RecorderContainer other) {
    try {
      engine.remove(other.container().orElseThrow());
    } catch (GuestException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void anEngineThatGivesNoRightsForItHasNoRecorderAndSaysWhy() throws Exception {
    try (RecorderContainer none =
            RecorderContainer.start(
                engine, engine.info(), RUN, RecorderBounds.DEFAULT, Capability.CHOWN);
        GuestRecording recording = none.recorder().open(event -> {}, Optional.empty())) {
      FacetState missing =
          FacetState.missing(
              "the recorder gave up: no permission for eBPF: it takes CAP_SYS_ADMIN in the machine's"
                  + " first user namespace, which a rootless engine does not have");
      assertThat(recording.finish())
          .isEqualTo(Map.of(Facet.CALLS, missing, Facet.PROCESSES, missing));
    }
  }

  @Test
  void aRecorderThatEndsInTheMiddleOfARunHasASuccessor() throws Exception {
    try (RecorderSupply supply = RecorderSupply.open(engine, engine.info(), RUN)) {
      RecorderContainer first = supply.current();
      assertThat(supply.observes()).containsOnlyKeys(Facet.CALLS, Facet.PROCESSES, Facet.FILES);
      assertThat(supply.current()).as("while it records").isSameAs(first);
      remove(first);
      await(() -> first.recorder().ended().isPresent());

      RecorderContainer second = supply.current();
      assertThat(second).isNotSameAs(first);
      assertThat(record(second, arm.program("after", "unlink(\"/tmp/absent\");")).states())
          .isEqualTo(OBSERVED);
    }
  }

  @Test
  void aRecorderThatNeverWorkedIsNotStartedAgainAndAgain() throws Exception {
    try (RecorderSupply none = RecorderSupply.open(engine, engine.info(), RUN, Capability.CHOWN)) {
      assertThat(none.observes()).isEmpty();
      assertThat(none.missing().get(Facet.CALLS))
          .startsWith("the recorder gave up: no permission for eBPF");
      assertThat(none.current()).isSameAs(none.current());
    }
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + END.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.sleep(20);
    }
  }

  private static Recorded unchecked(String name, String body) {
    try {
      return record(name, body);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
