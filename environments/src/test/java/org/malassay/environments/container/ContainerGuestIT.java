package org.malassay.environments.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.malassay.elf.Architecture;
import org.malassay.environment.Ending;
import org.malassay.environment.Ending.Limit;
import org.malassay.environment.Environment;
import org.malassay.environment.Guest;
import org.malassay.environment.GuestException;
import org.malassay.environment.Limits;
import org.malassay.environments.contract.Assay;
import org.malassay.environments.contract.LinuxGuestContract;
import org.malassay.environments.contract.OddElf;
import org.malassay.environments.host.Timeouts;
import org.malassay.environments.host.Tools;
import org.malassay.sample.Sample;

/** Real containers, real ARM programs. */
@Timeout(180)
class ContainerGuestIT extends LinuxGuestContract {
  private final ContainerRun run = new ContainerRun();

  @Override
  protected Environment open(Limits limits) throws Exception {
    return run.open(limits);
  }

  @Override
  protected void assertNothingIsLeft() throws Exception {
    run.assertNothingIsLeft();
  }

  @Override
  protected String agent() {
    return "/malassay-agent";
  }

  @Override
  protected Duration time() {
    return Duration.ofSeconds(2);
  }

  @Override
  protected Duration slack() {
    return Duration.ofSeconds(5);
  }

  @Test
  void tellsHowARMCodeIsExecuted() {
    assertThat(environment().architectures()).containsExactly(Architecture.ARM);
    assertThat(environment().facts()).containsKeys("engine", "kernel", "image", "recipe", "agent");
    String code = environment().facts().get("arm code");
    assertThat(code).matches("native|qemu-user \\d.*");
    assertThat(environment().facts().get("variant"))
        .isEqualTo(code.split(" ", 2)[0] + " (-Dcontainer.kernel=host)");
  }

  /** Those that qemu-user takes as Linux does are in one guest. */
  @Test
  void oddFilesEndAsOnLinuxOrTheEmulatorIsToBlame() throws Exception {
    boolean isEmulated = !"native".equals(environment().facts().get("arm code"));
    Map<String, OddElf.Odd> table = OddElf.table(arm());
    Map<String, OddElf.Odd> alike = new LinkedHashMap<>(table);
    alike.values().removeIf(odd -> isEmulated && !odd.asByQemuUser());
    Assay assay = assay(OddElf.driver(arm(), alike));
    assertThat(OddElf.told(assay.execution().stdout().text())).isEqualTo(OddElf.linux(alike));

    table.keySet().removeAll(alike.keySet());
    for (Map.Entry<String, OddElf.Odd> odd : table.entrySet()) {
      Ending ending = assay(arm().bytes("odd", odd.getValue().file())).execution().ending();
      if (odd.getValue().linux() instanceof Ending.Exited) {
        assertThat(ending).as(odd.getKey()).isInstanceOf(Ending.NotAsLinux.class);
      } else {
        assertThat(ending).as(odd.getKey()).isEqualTo(odd.getValue().linux());
      }
    }
  }

  @Test
  void aForkBombThatLeavesItsFirstProcessIsCounted() throws Exception {
    Assay assay =
        assay("fork bomb", "if (fork()) { usleep(200000); return 0; } for (;;) { fork(); }");
    assertThat(assay.execution().ending()).isEqualTo(new Ending.Exited(0));
    assertThat(assay.execution().survivors()).isGreaterThan(10);
  }

  @Test
  void killingEverythingSparesTheAgentAndTheServiceIsSeenDead() throws Exception {
    Assay assay = assay("kills all", "kill(-1, SIGKILL); return 7;");
    assertThat(assay.execution().ending()).isEqualTo(new Ending.Exited(7));
    assertThat(assay.after().available()).isFalse();
    assertThat(assay.after().failure().orElseThrow())
        .startsWith("connection re"); // fused, or reset
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
    assertThat(assay.execution().stdout().text()).isEqualTo("end\n");
    assertThat(assay.execution().ending()).isEqualTo(new Ending.Exited(0));
    assertThat(assay.after().available()).isTrue();
  }

  /** For the engine's own architecture, since the emulator has no ptrace to attack with. */
  @Test
  void notEvenANativeProgramCanTraceOrReadTheAgent() throws Exception {
    Sample attacker =
        arm()
            .nativeProgram(
                "native attack",
                """
                char b[8]; struct iovec l = {b, 8}, r = {(void *)0x400000, 8};
                printf("%ld %ld %ld %d", ptrace(PTRACE_ATTACH, 1, 0, 0), ptrace(PTRACE_SEIZE, 1, 0, 0),
                       (long)process_vm_readv(1, &l, 1, &r, 1, 0), open("/proc/1/mem", O_RDWR));
                """);
    Assay assay = assay(attacker);
    assertThat(assay.execution().stdout().text()).isEqualTo("-1 -1 -1 -1");
  }

  /**
   * For the engine's own architecture, since the emulator keeps some limits to itself. As root, and
   * as whoever root can become, the agent's second user among them; a limit on pending signals
   * would make the sender of the last one unknown.
   */
  @Test
  void theLimitsOfTheAgentCannotBeLoweredAndNoSignalTakesItDown() throws Exception {
    Sample sample =
        arm()
            .nativeProgram(
                "lowers limits",
                """
                struct rlimit none = {0, 0};
                int users[] = {0, 65534, 1};
                for (int u = 0; u < 3; u++) {
                  if (fork() == 0) {
                    if (u) { setresgid(users[u] == 1 ? 0 : users[u], 0, 0); setresuid(users[u], users[u], users[u]); }
                    for (int r = 0; r < RLIM_NLIMITS; r++)
                      if (prlimit(1, r, &none, NULL) == 0) printf("%d may lower limit %d\\n", users[u], r);
                    exit(0);
                  }
                  wait(NULL);
                }
                siginfo_t feigned = {.si_signo = SIGTERM, .si_code = SI_QUEUE};
                for (int i = 0; i < 3; i++) syscall(SYS_rt_sigqueueinfo, 1, SIGTERM, &feigned);
                for (int s = 1; s < 65; s++) kill(1, s);
                puts("end");
                """
                    .replace("\\\\", "\\"));
    Assay assay = assay(sample);
    assertThat(assay.execution().stdout().text()).isEqualTo("end\n");
    assertThat(assay.execution().ending()).isEqualTo(new Ending.Exited(0));
    assertThat(assay.after().available()).as("%s", assay.after()).isTrue();
  }

  /** The engine has no part in it: as when the kernel takes the first process. */
  @Test
  void aGuestWhoseFirstProcessIsKilledPastTheEngineWentDownByItsSample() throws Exception {
    Ending ending = endingOf("kill -9 $(docker inspect -f '{{.State.Pid}}' %s)");
    assertThat(ending).isEqualTo(new Ending.GuestDown("the guest's first process was killed"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"stop", "kill", "rm -f"})
  void aGuestThatSomebodyStopsOrRemovesIsAFailureOfTheTool(String how) {
    assertThatThrownBy(() -> endingOf("docker " + how + " %s"))
        .hasStackTraceContaining(GuestException.class.getName())
        .satisfies(failure -> assertSaidSoFar(failure));
  }

  /** How a sample ends that waits, while this is done to its container. */
  private Ending endingOf(String command) throws Exception {
    try (Guest guest = environment().start()) {
      var running = runningUntilItChangedThePage(guest);
      String line = command.formatted(((ContainerGuest) guest).container());
      Tools.run(List.of("sh", "-c", line), Path.of("/"), Duration.ofMinutes(1), said -> {});
      Ending ending = running.get().ending();
      assertThat(guest.probe().failure()).contains("the guest is down");
      return ending;
    }
  }

  /**
   * The agent gets no processor any more, as the kernel lets a sample do that is root beside it.
   */
  @Test
  void aSampleThatStarvesTheAgentGetsItsVerdictAndItsGuestGoes() throws Exception {
    Sample sample =
        arm()
            .nativeProgram(
                "starves",
                """
                struct sched_param none = {0};
                for (int i = 0; i < 110; i++) if (fork() == 0) { setsid(); for (;;); }
                sched_setscheduler(1, SCHED_IDLE, &none);
                for (;;) pause();
                """);
    String container;
    try (Guest guest = environment().start()) {
      guest.put(sample);
      container = ((ContainerGuest) guest).container();
      var running = CompletableFuture.supplyAsync(() -> run(guest));
      while (!running.isDone()) {
        guest.probe(); // as the watch does: whatever comes of it is no exception
      }
      assertThat(running.get().ending()).isEqualTo(new Ending.Stopped(Limit.TIME));
    }
    try (Engine engine = Engine.find(new Timeouts(1))) {
      Instant deadline = Instant.now().plusSeconds(60);
      while (engine.state(container).isPresent() && Instant.now().isBefore(deadline)) {
        Thread.sleep(100);
      }
      assertThat(engine.state(container)).isEmpty();
    }
  }

  @Test
  void theFactsTellWhetherSamplesHaveSocketsThatGuestsShare() throws Exception {
    Sample sample =
        arm().nativeProgram("vsock", "printf(\"%d\", socket(AF_VSOCK, SOCK_STREAM, 0) >= 0);");
    boolean open = assay(sample).execution().stdout().text().equals("1");
    assertThat(environment().facts().get("network").contains("AF_VSOCK")).isEqualTo(open);
  }

  @Test
  void withoutAnInternetNothingButTheLoopbackIsReachable() throws Exception {
    Sample sample =
        arm()
            .program(
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
    try (Environment none = run.open(limits(), Map.of("internet", "none"));
        Guest guest = none.start()) {
      guest.put(sample);
      assertThat(run(guest).stdout().text()).isEqualTo("0 0 0 0 0 0 ");
    }
  }

  @Test
  void twoGuestsAtOnceListenOnOnePort() throws Exception {
    String body =
        """
        struct sockaddr_in to = {AF_INET, htons(4242), {htonl(INADDR_LOOPBACK)}};
        int s = socket(AF_INET, SOCK_STREAM, 0);
        if (bind(s, (void *)&to, sizeof to) || listen(s, 1)) return 1;
        puts("listens"); fflush(stdout); sleep(60);
        """;
    try (Guest one = environment().start();
        Guest other = environment().start()) {
      one.put(arm().program("one", body));
      other.put(arm().program("other", body));
      var first = CompletableFuture.supplyAsync(() -> run(one));
      assertThat(run(other).stdout().text()).isEqualTo("listens\n");
      assertThat(first.get().stdout().text()).isEqualTo("listens\n");
    }
  }
}
