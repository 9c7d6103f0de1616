package org.malassay.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.malassay.environment.Ending;
import org.malassay.environment.Ending.Limit;
import org.malassay.environment.Environment;
import org.malassay.environment.Execution;
import org.malassay.environment.Guest;
import org.malassay.environment.GuestException;
import org.malassay.environment.Limits;
import org.malassay.environment.Probe;
import org.malassay.guest.ArmPrograms;
import org.malassay.guest.Tools;
import org.malassay.options.Options;
import org.malassay.sample.Architecture;
import org.malassay.sample.Sample;

/** Real containers, real ARM programs. */
@Tag("guest")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(180)
class ContainerGuestIT {
  private static final Duration TIME = Duration.ofSeconds(2);
  private static final Duration AND_AT_MOST = Duration.ofSeconds(5);
  private static final Limits LIMITS = new Limits(TIME, 1 << 20, 256 << 20, 128, 1, 64 << 20);
  private static final String RUN = "it-" + UUID.randomUUID();

  private Environment environment;
  private ArmPrograms arm;

  /** One sample in one guest: its execution, and the service before and after. */
  private record Assay(Execution execution, Probe before, Probe after, Duration wall) {}

  @BeforeAll
  void open(@TempDir Path folder) throws Exception {
    arm = new ArmPrograms(folder);
    environment = new ContainerProvider().open(Options.of(Map.of()), LIMITS, RUN);
  }

  @AfterAll
  void nothingIsLeftBehind() throws Exception {
    if (environment != null) { // null when it could not be opened, which is told elsewhere
      environment.close();
    }
    try (Engine engine = Engine.find()) {
      assertThat(engine.containers(Owner.RUN_LABEL, RUN)).isEmpty();
    }
  }

  private Assay assay(Sample sample) throws Exception {
    try (Guest guest = environment.start()) {
      guest.deliver(sample);
      Probe before = guest.probe();
      long start = System.nanoTime();
      Execution execution = guest.run();
      Duration wall = Duration.ofNanos(System.nanoTime() - start);
      Probe after = guest.probe();
      assertThat(before.available()).as("service before: %s", before).isTrue();
      assertThat(wall).isLessThan(TIME.plus(AND_AT_MOST));
      return new Assay(execution, before, after, wall);
    }
  }

  private Assay assay(String name, String body) throws Exception {
    return assay(arm.program(name, body));
  }

  @Test
  void tellsHowARMCodeIsExecuted() {
    assertThat(environment.architectures()).containsExactly(Architecture.ARM);
    assertThat(environment.facts()).containsKeys("engine", "kernel", "image", "recipe", "agent");
    assertThat(environment.facts().get("arm code")).matches("native|qemu-user \\d.*");
    assertThat(environment.defaultGuests()).isPositive();
  }

  @Test
  void anExitStatusIsTheSamplesOwn() throws Exception {
    Assay assay = assay("exits 3", "puts(\"out\"); fputs(\"err\", stderr); return 3;");
    assertThat(assay.execution.ending()).isEqualTo(new Ending.Exited(3));
    assertThat(assay.execution.stdout().text()).isEqualTo("out\n");
    assertThat(assay.execution.stderr().text()).isEqualTo("err");
    assertThat(assay.execution.stdout().cut()).isFalse();
    assertThat(assay.execution.survivors()).isZero();
    assertThat(assay.execution.outOfMemory()).isFalse();
    assertThat(assay.execution.duration()).isBetween(Duration.ofMillis(1), assay.wall);
    assertThat(assay.execution.cpu()).hasValueSatisfying(cpu -> assertThat(cpu).isPositive());
    assertThat(assay.after.available()).isTrue();
    assertThat(assay.after.bodySha256()).isEqualTo(assay.before.bodySha256());
  }

  @Test
  void aSignalIsTheSamplesOwn() throws Exception {
    assertThat(assay("crashes", "*(volatile int *)0 = 1;").execution.ending())
        .isEqualTo(new Ending.Signaled(11));
  }

  @Test
  void whatTheKernelRefusesIsToldByItsError() throws Exception {
    assertThat(assay(arm.text("text", "only text\n")).execution.ending())
        .isEqualTo(new Ending.Refused("ENOEXEC"));
    assertThat(assay(arm.text("script", "#!/no/such/shell\n")).execution.ending())
        .isEqualTo(new Ending.Refused("ENOENT"));
  }

  @Test
  void aSampleThatRunsForEverIsStoppedAtTheLimit() throws Exception {
    Assay assay = assay("for ever", "for (;;) pause();");
    assertThat(assay.execution.ending()).isEqualTo(new Ending.Stopped(Limit.TIME));
    assertThat(assay.execution.duration()).isBetween(TIME, TIME.plusMillis(500));
    assertThat(assay.after.available()).isTrue();
  }

  @Test
  void aDaemonHasEndedWithItsFirstProcessAndIsCounted() throws Exception {
    Assay assay = assay("daemon", "if (fork() == 0) { setsid(); for (;;) pause(); } puts(\"up\");");
    assertThat(assay.execution.ending()).isEqualTo(new Ending.Exited(0));
    assertThat(assay.execution.duration()).isLessThan(TIME);
    assertThat(assay.execution.survivors()).isEqualTo(1);
    assertThat(assay.execution.stdout().text()).isEqualTo("up\n");
  }

  @Test
  void itStartsWithNoArgumentsAnEmptyInputDefaultSignalsAndNoForeignDescriptors() throws Exception {
    Assay assay =
        assay(
            "looks around",
            """
            sigset_t blocked; sigprocmask(SIG_BLOCK, NULL, &blocked);
            int n = 0; for (int i = 0; i < 65; i++) n += sigismember(&blocked, i) == 1;
            int fds = 0; for (int i = 3; i < 100; i++) fds += fcntl(i, F_GETFD) >= 0;
            char c; printf("%d %d %d %d %d", argc, (int)read(0, &c, 1), n, fds, getuid());
            """);
    assertThat(assay.execution.stdout().text()).isEqualTo("1 0 0 0 0");
  }

  private static String flood(String howOften) {
    return """
    static char b[1 << 20]; memset(b, 'x', sizeof b);
    for (%s)
      for (int at = 0; at < sizeof b;) { int n = write(1, b + at, sizeof b - at); at += n; }
    """
        .formatted(howOften);
  }

  @Test
  void aFloodOfOutputIsCutAndCountedToTheByte() throws Exception {
    Assay assay = assay("floods", flood("int i = 0; i < 256; i++"));
    assertThat(assay.execution.ending()).isEqualTo(new Ending.Exited(0));
    assertThat(assay.execution.stdout().head()).hasSize(1 << 20);
    assertThat(assay.execution.stdout().total()).isEqualTo(256L << 20);
  }

  @Test
  void anEndlessFloodOfOutputDoesNotPutOffTheLimit() throws Exception {
    Assay assay = assay("floods for ever", flood(";;"));
    assertThat(assay.execution.ending()).isEqualTo(new Ending.Stopped(Limit.TIME));
    assertThat(assay.execution.duration()).isBetween(TIME, TIME.plusMillis(500));
    assertThat(assay.execution.stdout().head()).hasSize(1 << 20);
    assertThat(assay.execution.stdout().total()).isGreaterThan(100L << 20);
  }

  @Test
  void aForkBombNeitherStopsTheVerdictNorTheNextGuest() throws Exception {
    Assay assay = assay("fork bomb", "for (;;) fork();");
    assertThat(assay.execution.ending()).isEqualTo(new Ending.Stopped(Limit.TIME));
    assertThat(assay("next", "return 0;").after.available()).isTrue();
  }

  @Test
  void aForkBombThatLeavesItsFirstProcessIsCounted() throws Exception {
    Assay assay =
        assay("fork bomb", "if (fork()) { usleep(200000); return 0; } for (;;) { fork(); }");
    assertThat(assay.execution.ending()).isEqualTo(new Ending.Exited(0));
    assertThat(assay.execution.survivors()).isGreaterThan(10);
  }

  @Test
  void aMemoryHogIsKilledForWantOfMemory() throws Exception {
    Assay assay =
        assay("hog", "for (;;) { char *p = malloc(1 << 20); if (p) memset(p, 1, 1 << 20); }");
    assertThat(assay.execution.ending()).isEqualTo(new Ending.Signaled(9));
    assertThat(assay.execution.outOfMemory()).isTrue();
    assertThat(assay.after.available()).isTrue();
  }

  @Test
  void aDiskFillerIsStopped() throws Exception {
    String fill =
        """
        static char b[1 << 20]; char name[32];
        for (int i = 0;; i++) {
          sprintf(name, "/var/f%d", i); int f = open(name, O_CREAT | O_WRONLY, 0600);
          for (int j = 0; j < 16; j++) if (write(f, b, sizeof b) < 0) pause();
          close(f);
        }
        """;
    assertThat(assay("many files", fill).execution.ending())
        .isEqualTo(new Ending.Stopped(Limit.DISK));
    assertThat(assay("one file", fill.replace("j < 16", "1")).execution.ending())
        .isEqualTo(new Ending.Stopped(Limit.DISK));
  }

  @Test
  void killingEverythingSparesTheAgentAndTheServiceIsSeenDead() throws Exception {
    Assay assay = assay("kills all", "kill(-1, SIGKILL); return 7;");
    assertThat(assay.execution.ending()).isEqualTo(new Ending.Exited(7));
    assertThat(assay.after.available()).isFalse();
    assertThat(assay.after.failure().orElseThrow()).startsWith("connection re"); // fused, or reset
  }

  @Test
  void aChangedPageIsSeen() throws Exception {
    Assay assay =
        assay(
            "defaces",
            """
            int f = open("/var/www/html/index.html", O_WRONLY | O_TRUNC);
            write(f, "owned", 5); close(f);
            """);
    assertThat(assay.after.available()).isTrue();
    assertThat(assay.after.bodySha256()).isNotEqualTo(assay.before.bodySha256());
  }

  @Test
  void aSampleThatDeletesEverythingGetsItsVerdictAndTheNextGuestIsPristine() throws Exception {
    Assay assay =
        assay(
            "deletes",
            """
            puts(argv[0]); fflush(stdout); unlink(argv[0]); unlink("/malassay-agent");
            char *dirs[] = {"/var/www/html/index.html", "/usr/sbin/nginx", "/bin/sh"};
            for (int i = 0; i < 3; i++) if (unlink(dirs[i])) perror(dirs[i]);
            """);
    assertThat(assay.execution.ending()).isEqualTo(new Ending.Exited(0));
    assertThat(assay.execution.stderr().text()).isEmpty();
    assertThat(assay.execution.stdout().text()).isEqualTo("/tmp/deletes\n");
    assertThat(assay.after.available()).isFalse();
    Assay next = assay("next", "return access(\"/bin/sh\", F_OK);");
    assertThat(next.execution.ending()).isEqualTo(new Ending.Exited(0));
    assertThat(next.after.available()).isTrue();
  }

  @Test
  void theAgentCannotBeOpenedTracedStoppedOrKilled() throws Exception {
    Assay assay =
        assay(
            "attacks",
            """
            char *paths[] = {"/proc/1/mem", "/proc/1/fd/1", "/proc/1/fd/0", "/proc/1/exe",
                             "/proc/1/root", "/proc/1/cwd", "/proc/1/maps", "/proc/1/environ"};
            for (int i = 0; i < 8; i++) {
              int f = open(paths[i], i == 1 ? O_WRONLY : O_RDONLY);
              char c;
              if (f >= 0 && read(f, &c, 1) >= 0) printf("%s is open\\n", paths[i]);
            }
            for (int s = 1; s < 65; s++) kill(1, s);
            puts("end");
            """);
    assertThat(assay.execution.stdout().text()).isEqualTo("end\n");
    assertThat(assay.execution.ending()).isEqualTo(new Ending.Exited(0));
    assertThat(assay.after.available()).isTrue();
  }

  /** For the engine's own architecture, since the emulator has no ptrace to attack with. */
  @Test
  void notEvenANativeProgramCanTraceOrReadTheAgent() throws Exception {
    Sample attacker =
        arm.nativeProgram(
            "native attack",
            """
            char b[8]; struct iovec l = {b, 8}, r = {(void *)0x400000, 8};
            printf("%ld %ld %ld %d", ptrace(PTRACE_ATTACH, 1, 0, 0), ptrace(PTRACE_SEIZE, 1, 0, 0),
                   (long)process_vm_readv(1, &l, 1, &r, 1, 0), open("/proc/1/mem", O_RDWR));
            """);
    Assay assay = assay(attacker);
    assertThat(assay.execution.stdout().text()).isEqualTo("-1 -1 -1 -1");
  }

  @Test
  void aSampleThatTakesTheGuestDownIsNoFailureOfTheTool() throws Exception {
    // The one way that is left to root: a limit of processor time, which the kernel enforces.
    Sample sample =
        arm.nativeProgram(
            "takes down",
            """
            struct rlimit none = {0, 0};
            puts("now"); fflush(stdout); usleep(100000);
            prlimit(1, RLIMIT_CPU, &none, NULL);
            for (;;) kill(1, SIGCHLD);
            """);
    try (Guest guest = environment.start()) {
      guest.deliver(sample);
      Execution execution = guest.run();
      assertThat(execution.ending()).isInstanceOf(Ending.GuestDown.class);
      assertThat(execution.stdout().text()).isEqualTo("now\n");
      assertThat(execution.outOfMemory()).isFalse();
      assertThat(guest.probe().failure()).contains("the guest is down");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"stop", "rm -f"})
  void aGuestThatSomebodyStopsOrRemovesIsAFailureOfTheTool(String how) throws Exception {
    try (Guest guest = environment.start()) {
      guest.deliver(arm.program("waits", "sleep(60);"));
      var running = CompletableFuture.supplyAsync(() -> run(guest));
      guest.probe();
      String command = "docker " + how + " " + ((ContainerGuest) guest).container();
      Tools.run(List.of("sh", "-c", command), Path.of("/"), Duration.ofMinutes(1), line -> {});
      assertThatThrownBy(running::get).hasStackTraceContaining(GuestException.class.getName());
    }
  }

  @Test
  void nothingButTheLoopbackIsReachable() throws Exception {
    Assay assay =
        assay(
            "connects",
            """
            char *addresses[] = {"172.17.0.1", "192.168.0.1", "10.0.0.1", "8.8.8.8", "203.0.113.7",
                                 "169.254.169.254"};
            for (int i = 0; i < 6; i++) {
              struct sockaddr_in to = {AF_INET, htons(53)};
              inet_pton(AF_INET, addresses[i], &to.sin_addr);
              int tcp = socket(AF_INET, SOCK_STREAM, 0), udp = socket(AF_INET, SOCK_DGRAM, 0);
              int ok = connect(tcp, (void *)&to, sizeof to) == 0 ||
                       sendto(udp, "x", 1, 0, (void *)&to, sizeof to) == 1;
              printf("%d%s ", ok, errno == ENETUNREACH ? "" : strerror(errno));
            }
            """);
    assertThat(assay.execution.stdout().text()).isEqualTo("0 0 0 0 0 0 ");
  }

  @Test
  void twoGuestsAtOnceDoNotSeeEachOther() throws Exception {
    Sample sample =
        arm.program(
            "mark",
            """
            int seen = access("/tmp/mark-of-another", F_OK) == 0;
            close(open("/tmp/mark-of-another", O_CREAT | O_WRONLY, 0600));
            struct sockaddr_in to = {AF_INET, htons(4242), {htonl(INADDR_LOOPBACK)}};
            int s = socket(AF_INET, SOCK_STREAM, 0);
            int bound = bind(s, (void *)&to, sizeof to) == 0 && listen(s, 1) == 0;
            usleep(700000);
            return seen || !bound;
            """);
    var threads = Executors.newFixedThreadPool(2);
    try {
      var both =
          java.util.stream.Stream.of(1, 2)
              .map(i -> CompletableFuture.supplyAsync(() -> unchecked(sample), threads))
              .toList();
      for (var each : both) {
        assertThat(each.get().execution.ending()).isEqualTo(new Ending.Exited(0));
      }
    } finally {
      threads.shutdown();
    }
  }

  private Assay unchecked(Sample sample) {
    try {
      return assay(sample);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void theServiceIsProbedWhileTheSampleRuns() throws Exception {
    try (Guest guest = environment.start()) {
      guest.deliver(arm.program("sleeps", "sleep(1);"));
      var running = CompletableFuture.supplyAsync(() -> run(guest));
      Probe during = guest.probe();
      assertThat(running).isNotDone();
      assertThat(during.available()).isTrue();
      assertThat(during.latency()).isPositive();
      assertThat(running.get().ending()).isEqualTo(new Ending.Exited(0));
    }
  }

  private static Execution run(Guest guest) {
    try {
      return guest.run();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aHostileNameStaysOneFileInTheGuest() throws Exception {
    Assay assay = assay("../../etc/x\n$(id);\u001b[31m \"'=cmd|", "puts(argv[0]);");
    assertThat(assay.execution.stdout().text()).matches("/tmp/[\\w.%-]+\n");
  }
}
